using System.Reflection;
using System.Runtime.CompilerServices;

namespace GspMl.Tests.Shared;

/// <summary>
/// The public surface of an assembly as text, one line a member, compared with a file under version control: a change of the surface is then
/// seen in review. After a change that is meant, set the variable GSPML_ACCEPT_API and run the test once.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static void Check(Assembly assembly, [CallerFilePath] string test = "")
    {
        var accepted = Path.Combine(Path.GetDirectoryName(test)!, "PublicApi.txt");
        var actual = string.Concat(Describe(assembly).Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable("GSPML_ACCEPT_API") is not null) File.WriteAllText(accepted, actual);
        Assert.Equal(File.ReadAllText(accepted).ReplaceLineEndings("\n"), actual);
    }

    private static IEnumerable<string> Describe(Assembly assembly) =>
        from type in assembly.GetExportedTypes().OrderBy(type => type.ToString(), StringComparer.Ordinal)
        from line in Members(type).Order(StringComparer.Ordinal).Prepend($"{Kind(type)} {type}")
        select line;

    private static IEnumerable<string> Members(Type type) =>
        from member in type.GetMembers(Declared)
        where IsVisible(member) && !member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is not TypeInfo
        select $"  {(IsStatic(member) ? "static " : "")}{member}";

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => (method.IsPublic || method.IsFamily) && (!method.IsSpecialName || method.IsConstructor || method.Name.StartsWith("op_", StringComparison.Ordinal)),
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(accessor => accessor.IsPublic || accessor.IsFamily),
        FieldInfo field => field.IsPublic && !field.IsSpecialName,
        EventInfo => true,
        _ => false,
    };

    private static bool IsStatic(MemberInfo member) => member switch
    {
        MethodBase method => method.IsStatic,
        PropertyInfo property => property.GetAccessors(nonPublic: true)[0].IsStatic,
        FieldInfo field => field.IsStatic && !field.IsLiteral,
        _ => false,
    };

    private static string Kind(Type type) =>
        type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsInterface ? "interface" : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsSealed ? "sealed class" : "class";
}
