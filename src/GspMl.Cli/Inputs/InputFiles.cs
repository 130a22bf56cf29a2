using GspMl.Cli.Npy;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Inputs;

/// <summary>An array for an input of a model.</summary>
/// <param name="Name">The input's name; null where it is not said.</param>
/// <param name="Array">The array.</param>
internal sealed record NamedArray(string? Name, NpyArray Array);

/// <summary>Reads files of arrays for the inputs of a model.</summary>
internal sealed class InputFiles(OnnxModel model)
{
    private readonly List<string> leftOut = [];

    /// <summary>What was in files and is for no input, a sentence each.</summary>
    public IReadOnlyList<string> LeftOut => leftOut;

    /// <summary>The arrays of FILE or NAME=FILE, whose file is an array or an archive of them.</summary>
    public IReadOnlyList<NamedArray> Read(string word)
    {
        var at = File.Exists(word) ? -1 : word.IndexOf('=', StringComparison.Ordinal);
        var (name, path) = (at > 0 ? word[..at] : OnlyInput, word[(at + 1)..]);
        if (!NpzFile.IsNamed(path)) return [new(name, NpyReader.Read(path))];
        using var archive = NpzFile.Open(path);
        return at > 0 ? [new(name, archive.Read(Chosen(path, archive.Names, name!)))] : ReadAll(path, archive);
    }

    private string? OnlyInput => model.Inputs is [var only] ? only : null;

    /// <summary>The array for a named input: the one of that name, or the only one.</summary>
    private static string Chosen(string path, IReadOnlyList<string> names, string input)
        => names.Contains(input) ? input : names is [var only] ? only
            : throw CommandException.Input($"{path}: holds no array '{input}', but {List(names)}.");

    private List<NamedArray> ReadAll(string path, NpzFile archive)
    {
        var wanted = archive.Names.Where(IsOfInput).ToList();
        if (wanted.Count == 0)
            return archive.Names is [var only] && OnlyInput is { } input ? [new(input, archive.Read(only))]
                : throw CommandException.Input($"{path}: its arrays ({List(archive.Names)}) have not the names of the model's inputs "
                    + $"({List(model.Inputs)}).");
        leftOut.AddRange(archive.Names.Except(wanted).Select(name => $"{path}: array '{name}' is no input of the model, and is left out."));
        return [.. wanted.Select(name => new NamedArray(name, archive.Read(name)))];
    }

    private bool IsOfInput(string array)
        => model.Inputs.Contains(array) || model.Inputs.Any(input => array == $"{input}.lengths");

    private static string List(IReadOnlyList<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
