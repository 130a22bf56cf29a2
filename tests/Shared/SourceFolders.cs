using Mono.Cecil;

namespace GspMl.Tests.Shared;

/// <summary>The folder of the source file of each type of an assembly.</summary>
internal static class SourceFolders
{
    /// <returns>Every outermost type that a tracked file of the project declares; what the build generates has no folder.</returns>
    public static IReadOnlyDictionary<TypeDefinition, string> Of(ModuleDefinition module, string project)
    {
        var source = Repository.File("src", project);
        var files = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), file => Folder(Path.GetRelativePath(source, file)));
        return (from type in module.Types
                let folder = FromSymbols(type, project) ?? files[type.Name.Split('`')[0]].FirstOrDefault()
                where folder is not null
                select (type, folder)).ToDictionary(pair => pair.type, pair => pair.folder);
    }

    /// <summary>Types without code, such as enums and most interfaces, have no place in the symbols.</summary>
    private static string? FromSymbols(TypeDefinition type, string project)
    {
        var marker = $"/src/{project}/";
        return (from each in type.NestedTypes.Prepend(type)
                from method in each.Methods
                from point in method.DebugInformation.SequencePoints
                let path = point.Document.Url.Replace('\\', '/')
                let start = path.IndexOf(marker, StringComparison.Ordinal)
                where start >= 0
                select Folder(path[(start + marker.Length)..])).FirstOrDefault();
    }

    private static string Folder(string path) => Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder.Replace('\\', '/') : ".";
}
