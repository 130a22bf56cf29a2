using System.Xml.Linq;

namespace GspMl.ML.Benchmarks;

/// <summary>
/// Short English texts on a few subjects that every machine with a .NET SDK has: what the documentation of the class libraries says of
/// their members, names of code left out, the assembly being the subject.
/// </summary>
internal static class Documentation
{
    private const int LeastWords = 15, TextsOfSubject = 400;

    private static readonly string[] Subjects =
    [
        "System.Security.Cryptography", "System.Xml.ReaderWriter", "System.Net.Sockets", "System.Linq.Expressions", "System.Data.Common",
        "System.Threading",
    ];

    /// <summary>Equally many texts of each subject, in an order by chance.</summary>
    public static IReadOnlyList<Text> Load()
    {
        var random = new Random(1);
        var texts = Subjects.SelectMany(subject =>
        {
            var all = Texts(Path.Combine(Folder(), $"{subject}.xml")).Distinct().ToArray();
            random.Shuffle(all);
            return all.Take(TextsOfSubject).Select(text => new Text { Subject = subject, Content = text });
        }).ToArray();
        random.Shuffle(texts);
        return texts;
    }

    /// <summary>…/shared/Microsoft.NETCore.App/VERSION → …/packs/Microsoft.NETCore.App.Ref/VERSION/ref/net10.0.</summary>
    private static string Folder()
    {
        var root = new DirectoryInfo(Path.GetDirectoryName(typeof(object).Assembly.Location)!).Parent!.Parent!.Parent!;
        var packs = Path.Combine(root.FullName, "packs", "Microsoft.NETCore.App.Ref");
        return Directory.GetDirectories(packs).Select(version => Path.Combine(version, "ref", "net10.0")).Last(Directory.Exists);
    }

    private static IEnumerable<string> Texts(string file) =>
        XDocument.Load(file).Descendants("member").Select(Prose).Where(text => text.Split(' ').Length >= LeastWords);

    private static string Prose(XElement member)
    {
        var sentences = member.Elements().Select(part => string.Concat(part.DescendantNodes().OfType<XText>().Select(text => text.Value)));
        return string.Join(' ', string.Join(' ', sentences).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    internal sealed class Text
    {
        public string Subject { get; set; } = "";

        public string Content { get; set; } = "";
    }
}
