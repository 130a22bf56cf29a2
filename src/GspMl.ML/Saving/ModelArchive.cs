using System.Globalization;
using System.IO.Compression;
using Google.Protobuf;

namespace GspMl.ML.Saving;

/// <summary>
/// The file of an ML.NET model: a ZIP archive in which each part of a chain has a folder with its number, and an ONNX transformer its
/// graph.
/// </summary>
internal sealed class ModelArchive : IDisposable
{
    private const string Graph = "OnnxModel", Producer = "GspMl", Chain = "TransformerChain", Loader = "Loader/Model.key";
    private readonly ZipArchive archive;
    private readonly Dictionary<string, ZipArchiveEntry> graphs;

    public ModelArchive(Stream stream)
    {
        archive = new(stream, ZipArchiveMode.Read, leaveOpen: true);
        graphs = archive.Entries.Where(entry => entry.Name == Graph).ToDictionary(entry => entry.FullName.Replace('\\', '/'));
    }

    /// <summary>
    /// The folder of the model that ML.NET loads. What is saved with its loader is put into a chain, and taken out of it where it is alone.
    /// </summary>
    public string Root => Has(Loader) && Has($"{PartOf(Chain, 0)}/Model.key") && !Has($"{PartOf(Chain, 1)}/Model.key")
        ? PartOf(Chain, 0)
        : Chain;

    public static string PartOf(string folder, int index) => string.Create(CultureInfo.InvariantCulture, $"{folder}/Transform_{index:000}");

    /// <summary>The graph of the ONNX transformer in a folder, if GspMl wrote it. Another's is not read: it may be large.</summary>
    public SavedGraph? Find(string folder)
    {
        if (!graphs.TryGetValue($"{folder}/{Graph}", out var entry)) return null;
        using var reader = new BinaryReader(entry.Open());
        var length = reader.ReadInt32();
        var head = reader.ReadBytes(Math.Min(length, 64));
        return IsOurs(head) ? SavedGraph.Recognise([.. head, .. reader.ReadBytes(length - head.Length)]) : null;
    }

    private bool Has(string name) => archive.Entries.Any(entry => entry.FullName.Replace('\\', '/') == name);

    public void Dispose() => archive.Dispose();

    /// <summary>The producer stands before the graph, behind the version alone.</summary>
    private static bool IsOurs(byte[] head)
    {
        const uint version = 1 << 3, producer = (2 << 3) | 2;
        var input = new CodedInputStream(head);
        try
        {
            if (input.ReadTag() == version) input.ReadInt64();
            return input.ReadTag() == producer && input.ReadString() == Producer;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
