namespace GspMl.Onnx.Models;

/// <summary>
/// The files of a model's external data, which have to lie in the model's folder: in the folder that the model's path names, or in the one
/// that its file really lies in, where the path is a symbolic link. So the folders of a hub's cache work, in which model and data are links
/// to neighbours in a store, and no link makes a model read, and an output show, what lies elsewhere.
/// </summary>
internal static class DataFile
{
    /// <summary>The file of a location, once every link on its way is followed.</summary>
    /// <exception cref="InvalidDataException">It lies outside the model's folder.</exception>
    /// <exception cref="IOException">There is no such file, it is empty or no regular file.</exception>
    public static string Find(ModelFile model, string location)
    {
        var real = RealPath.Of(Path.Combine(model.Folder, location));
        return Folders(model).Any(folder => RealPath.LiesIn(real, folder))
            ? RegularFile.Checked(real, $"its external data '{location}'")
            : throw new InvalidDataException($"its external data '{location}' lies outside the model's folder: it is, or lies behind, a "
                + $"symbolic link to '{real}'");
    }

    private static IEnumerable<string> Folders(ModelFile model)
        => [RealPath.Of(model.Folder), Path.GetDirectoryName(RealPath.Of(model.FullPath))!];
}
