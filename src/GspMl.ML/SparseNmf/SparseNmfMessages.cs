using GspMl.Factorization;
using Microsoft.ML.Runtime;

namespace GspMl.ML;

/// <summary>What a fit tells the log.</summary>
internal static class SparseNmfMessages
{
    private const double SparsityMissed = 1e-3;

    /// <summary>A line for the first iteration and each one that is twice the last line's, so that long fits stay readable.</summary>
    public sealed class Progress(IChannel? channel) : IProgress<NmfIteration>
    {
        private int next = 1;

        public void Report(NmfIteration value)
        {
            if (value.Iteration < next) return;
            next = 2 * value.Iteration;
            var state = $"relative error {value.RelativeError:P3}, sparsity {value.BasisSparsity:F4}, {value.Elapsed.TotalSeconds:F2} s";
            channel?.Info(MessageSensitivity.None, $"Iteration {value.Iteration}: {state}.");
        }
    }

    public static void Finished(IChannel? channel, NmfResult<float> result, SparseNmfTransformer model, double? sparsity)
    {
        if (channel is null) return;
        foreach (var line in Facts(result, model.Encoding)) channel.Info(MessageSensitivity.None, line);
        foreach (var line in Doubts(result, model, sparsity)) channel.Warning(MessageSensitivity.None, line);
    }

    private static IEnumerable<string> Facts(NmfResult<float> result, SparseNmfEncoding encoding)
    {
        yield return $"{result.Ending} after {result.Iterations} iterations: "
            + $"relative error {result.RelativeError:P3}, sparsity {result.BasisSparsity:F4}.";
        yield return $"Encoding: condition number {encoding.ConditionNumber:G4}, ridge {encoding.Ridge:G4}; "
            + $"a saved model makes at most {encoding.SavedIterations} iterations a row.";
    }

    private static IEnumerable<string> Doubts(NmfResult<float> result, SparseNmfTransformer model, double? sparsity)
    {
        if (result.Ending == NmfEnding.MaxIterations)
            yield return $"The factorisation had not converged after {result.Iterations} iterations.";
        if (sparsity is { } wanted && result.BasisSparsity < wanted - SparsityMissed)
            yield return $"The components' average sparsity is {result.BasisSparsity:F4}; {wanted} was asked for.";
        if (model.Encoding.Ridge > 0)
        {
            yield return $"The components nearly depend on each other: a ridge of {model.Encoding.Ridge:G4} makes the encoding unique. "
                + "A lower rank may do.";
        }
        foreach (var line in FeatureDoubts.Of(result, model)) yield return line;
        if (model.EmptyComponents > 0)
            yield return $"{model.EmptyComponents} of {model.Rank} components are zero: the rank is above what the data need.";
    }
}
