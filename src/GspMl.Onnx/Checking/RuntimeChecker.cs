using GspMl.Onnx.Checking;

namespace GspMl.Onnx;

/// <summary>
/// Tells of every layer what its zeros are, and what runtimes do with them: which gain, and why the others do not. Facts and their sources
/// are in docs/fast-zeros.md.
/// </summary>
public static class RuntimeChecker
{
    /// <summary>Looks at the weights of a model; nothing is run. Linear in the number of weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancel">Looked at between layers.</param>
    /// <exception cref="OnnxModelException">A weight cannot be read.</exception>
    public static RuntimeReport Check(OnnxModel model, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        var written = new WrittenColumns(model.Proto.Graph);
        return new([.. model.Weights.Select(weight => written.Of(weight) is var (blocks, kept)
            ? Written(model, weight, $"columns, written fast: {blocks} blocks read {kept} channels each", cancel)
            : Of(model, weight, cancel))]);
    }

    private static LayerRuntimes Written(OnnxModel model, PrunableWeight weight, string pattern, CancellationToken cancel)
        => Of(model, weight, cancel) with
        {
            Patterns = [pattern],
            Verdicts = [.. Runtime.All.Select(runtime => runtime.JudgeWritten())],
        };

    private static LayerRuntimes Of(OnnxModel model, PrunableWeight weight, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var zeros = FoundZeros.Of(LayerContext.Of(model, weight));
        return new()
        {
            Weight = weight,
            Zeros = zeros.Fraction,
            Patterns = [.. zeros.Names()],
            Verdicts = [.. Runtime.All.Select(runtime => runtime.Judge(weight, zeros))],
        };
    }
}
