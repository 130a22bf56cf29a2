using System.Security.Cryptography;
using GspMl.Cli.Shell;
using GspMl.Onnx;
using GspMl.Onnx.Models;
using GspMl.Onnx.Writing;

namespace GspMl.Cli.Recipes;

/// <summary>A file that a run reads.</summary>
/// <param name="Path">Where it lies, as it was named.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">The hash of its content, hexadecimal.</param>
internal sealed record RecipeFile(string Path, long Bytes, string Sha256)
{
    /// <summary>The file as it is now.</summary>
    public static RecipeFile Of(string path)
    {
        using var stream = RegularFile.OpenStream(path);
        return new(path, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    /// <summary>The file, and where it is a model its external data too.</summary>
    public static IEnumerable<RecipeFile> WithData(string path)
    {
        yield return Of(path);
        if (!path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)) yield break;
        using var model = OnnxModel.Load(path);
        foreach (var data in ExternalFiles.InPlace(model.Content).Files) yield return Of(data.Source);
    }

    /// <summary>Refuses a file that is not the one of the recipe.</summary>
    /// <exception cref="CommandException">It is not there, or its content is another.</exception>
    public void Check(string recipe)
    {
        if (!File.Exists(Path)) throw CommandException.Input($"{Path}: no such file; {recipe} was made with it.");
        var now = Of(Path);
        if (!now.Sha256.Equals(Sha256, StringComparison.OrdinalIgnoreCase))
            throw CommandException.Input($"{Path}: is not the file that {recipe} was made with: it had {Bytes:N0} bytes of SHA-256 "
                + $"{Sha256}, now it has {now.Bytes:N0} of {now.Sha256}.");
    }
}
