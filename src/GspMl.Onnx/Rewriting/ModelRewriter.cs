using GspMl.Onnx.Rewriting;

namespace GspMl.Onnx;

/// <summary>
/// Writes a model whose zeros are whole columns of blocks of filters (<see cref="SparsityPattern.Columns"/>) so that it runs faster on
/// stock ONNX Runtime: find column sets → time layouts → rewrite → compare → time → put back what does not pay.
/// </summary>
public static class ModelRewriter
{
    /// <summary>Rewrites a model in memory. The given model is unchanged; inputs and outputs keep their names and types.</summary>
    /// <param name="model">The model, pruned.</param>
    /// <param name="options">For which runs it is to be fast; null for single rows.</param>
    /// <param name="cancel">Looked at between layers.</param>
    /// <returns>
    /// The model, and what was done. Layers that would not be faster stay as they were; if none would be, the model is the given one.
    /// </returns>
    /// <exception cref="OnnxModelException">The model does not run on the inputs, or the rewritten one gives other results.</exception>
    /// <exception cref="ArgumentException">A property of the options has an impossible value.</exception>
    public static RewriteResult Rewrite(OnnxModel model, RewriteOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new();
        options.Validate();
        using var run = new RewriteRun(model, options, cancel);
        return run.Run();
    }
}
