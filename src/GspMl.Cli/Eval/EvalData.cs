using GspMl.Cli.Npy;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>Reads the rows and labels that a model is run on.</summary>
internal static class EvalData
{
    /// <summary>Reads each of <paramref name="inputs"/>, FILE or NAME=FILE, and the labels.</summary>
    public static EvaluationData Read(IReadOnlyList<string> inputs, string? labels)
    {
        var tensors = inputs.Select(ReadInput).ToList();
        try
        {
            return new(tensors, labels is null ? null : ReadLabels(labels));
        }
        catch (ArgumentException e)
        {
            throw CommandException.Input($"{string.Join(", ", inputs.Append(labels).OfType<string>())}: {CommandException.Text(e)}");
        }
    }

    private static InputTensor ReadInput(string text)
    {
        var at = File.Exists(text) ? -1 : text.IndexOf('=', StringComparison.Ordinal);
        var name = at > 0 ? text[..at] : null;
        var array = NpyReader.Read(text[(at + 1)..]);
        if (array.Shape.Count == 0) throw CommandException.Input($"{array.Path}: holds a single number; rows are wanted.");
        int[] shape = [.. array.Shape];
        return array.Values switch
        {
            float[] values => InputTensor.Create(name, values, shape),
            double[] values => InputTensor.Create(name, values, shape),
            int[] values => InputTensor.Create(name, values, shape),
            byte[] values => InputTensor.Create(name, values, shape),
            _ => InputTensor.Create(name, array.As<long>(), shape),
        };
    }

    private static long[] ReadLabels(string path)
    {
        var array = NpyReader.Read(path);
        if (array.Shape.Count != 1 || array.Values is float[] or double[])
            throw CommandException.Input($"{path}: labels are one whole number a row; this is "
                + $"{array.Values.GetType().GetElementType()!.Name} of shape {array.ShapeText}.");
        return array.As<long>();
    }
}
