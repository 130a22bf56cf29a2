using System.Globalization;
using GspMl.Cli.Npy;
using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Onnx;
using GspMl.Onnx.Sessions;

namespace GspMl.Cli.Inputs;

/// <summary>What the command line says of rows.</summary>
/// <param name="Files">FILE or NAME=FILE each.</param>
/// <param name="Constants">NAME=FILE or NAME=NUMBER each.</param>
/// <param name="Axes">NAME=AXIS each, or AXIS for the only input.</param>
/// <param name="Labels">The file of labels.</param>
internal sealed record InputWords(IReadOnlyList<string> Files, IReadOnlyList<string> Constants, IReadOnlyList<string> Axes, string? Labels)
{
    public InputWords(string file, string? labels = null) : this([file], [], [], labels)
    {
    }

    /// <summary>All files, for messages.</summary>
    public string Text => string.Join(", ", Files.Concat(Constants).Append(Labels).OfType<string>());
}

/// <summary>Reads the rows and labels that a model is run on.</summary>
internal static class EvalData
{
    private const string Lengths = ".lengths";

    /// <summary>Reads all files, finds how the model takes them, and tells what is not plain.</summary>
    /// <exception cref="CommandException">A file cannot be read, or is for no input of the model.</exception>
    /// <exception cref="OnnxModelException">The model does not take the values; the message tells both shapes.</exception>
    public static EvaluationData Read(OnnxModel model, InputWords words, TextWriter messages)
    {
        var files = new InputFiles(model);
        var arrays = words.Files.SelectMany(files.Read).ToList();
        var lengths = arrays.Where(array => LengthsOf(model, array.Name) is not null).ToList();
        var tensors = arrays.Except(lengths).Select(array => Tensor(array)).Concat(words.Constants.Select(word => Constant(files, word)))
            .ToList();
        foreach (var array in lengths) Replace(tensors, LengthsOf(model, array.Name)!, tensor => tensor.WithLengths(ReadLengths(array)));
        foreach (var word in words.Axes) Place(tensors, word);
        var paths = arrays.Except(lengths).Select(array => array.Array.Path).Concat(words.Constants);
        foreach (var note in files.LeftOut.Concat(NoNumbers(tensors, paths)))
            messages.WriteLine(Printable.Short(note, Printable.MostInLine));
        return Checked(model, tensors, words, messages);
    }

    /// <summary>What is no number, a sentence for each file; whether it can be done without, the command knows.</summary>
    private static IEnumerable<string> NoNumbers(IEnumerable<InputTensor> tensors, IEnumerable<string> paths)
        => tensors.Zip(paths, (tensor, path) => NotFinite.Where(tensor) is { } where
            ? $"{path}: the values{(tensor.Name is null ? "" : $" of input '{tensor.Name}'")} hold NaN or infinity {where}." : null)
            .OfType<string>();

    private static EvaluationData Checked(OnnxModel model, List<InputTensor> tensors, InputWords words, TextWriter messages)
    {
        try
        {
            var data = new EvaluationData(tensors, words.Labels is null ? null : ReadLabels(words.Labels));
            foreach (var note in data.Explain(model)) messages.WriteLine(Printable.Short(note, Printable.MostInLine));
            return data;
        }
        catch (ArgumentException e)
        {
            throw CommandException.Input($"{words.Text}: {CommandException.Text(e)}");
        }
    }

    private static InputTensor Tensor(NamedArray array)
    {
        var (name, shape) = (array.Name, array.Array.Shape.ToArray());
        return Type.GetTypeCode(array.Array.Values.GetType().GetElementType()) switch
        {
            TypeCode.Single => Of<float>(),
            TypeCode.Double => Of<double>(),
            TypeCode.SByte => Of<sbyte>(),
            TypeCode.Int16 => Of<short>(),
            TypeCode.Int32 => Of<int>(),
            TypeCode.Int64 => Of<long>(),
            TypeCode.Byte => Of<byte>(),
            TypeCode.UInt16 => Of<ushort>(),
            TypeCode.UInt32 => Of<uint>(),
            TypeCode.UInt64 => Of<ulong>(),
            TypeCode.Boolean => Of<bool>(),
            _ => Of<Half>(),
        };

        InputTensor Of<T>() where T : unmanaged => InputTensor.Create(name, (T[])array.Array.Values, shape);
    }

    private static InputTensor Constant(InputFiles files, string word)
    {
        var at = word.IndexOf('=', StringComparison.Ordinal);
        if (at < 1) throw CommandException.Usage($"--constant {word}: wanted NAME=FILE or NAME=NUMBER.");
        var (name, value) = (word[..at], word[(at + 1)..]);
        if (!File.Exists(value))
        {
            if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
                return InputTensor.Create(name, [whole]).AsConstant();
            if (Number.TryParse(value, out var number)) return InputTensor.Create(name, [number]).AsConstant();
        }
        return Tensor(files.Read(word)[0]).AsConstant();
    }

    /// <summary>The input that an array holds the lengths of rows of; null for other arrays.</summary>
    private static string? LengthsOf(OnnxModel model, string? name)
        => name is not null && !model.Inputs.Contains(name) && name.EndsWith(Lengths, StringComparison.Ordinal)
            && model.Inputs.Contains(name[..^Lengths.Length]) ? name[..^Lengths.Length] : null;

    private static int[] ReadLengths(NamedArray array)
    {
        if (array.Array.Shape.Count != 1 || !array.Array.HoldsIntegers)
            throw CommandException.Input($"{array.Array.Path}: lengths are one whole number a row; this is "
                + $"{array.Array.Values.GetType().GetElementType()!.Name} of shape {array.Array.ShapeText}.");
        var lengths = array.Array.As<int>();
        var bad = Array.FindIndex(lengths, length => length < 1);
        return bad < 0 ? lengths : throw CommandException.Input($"{array.Array.Path}: the length of row {bad} is {lengths[bad]}.");
    }

    private static void Place(List<InputTensor> tensors, string word)
    {
        var at = word.LastIndexOf('=');
        if (!int.TryParse(word.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var axis) || at == 0)
            throw CommandException.Usage($"--batch-axis {word}: wanted NAME=AXIS, the axis from 0.");
        if (at < 0 && tensors.Count > 1)
            throw CommandException.Usage($"--batch-axis {word}: there are several inputs; NAME=AXIS says of which.");
        Replace(tensors, at < 0 ? tensors[0].Name : word[..at], tensor => tensor.WithBatchAxis(axis));
    }

    private static void Replace(List<InputTensor> tensors, string? name, Func<InputTensor, InputTensor> with)
    {
        var at = tensors.FindIndex(tensor => tensor.Name == name);
        if (at < 0) throw CommandException.Usage($"no values are given for input '{name}', of which something is said.");
        tensors[at] = with(tensors[at]);
    }

    private static long[] ReadLabels(string path)
    {
        var array = NpyReader.Read(path);
        if (array.Shape.Count != 1 || !array.HoldsIntegers)
            throw CommandException.Input($"{path}: labels are one whole number a row; this is "
                + $"{array.Values.GetType().GetElementType()!.Name} of shape {array.ShapeText}.");
        return array.As<long>();
    }
}
