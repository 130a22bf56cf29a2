using GspMl.Onnx.Calibration;
using GspMl.Onnx.Shrinking.Following;
using MathNet.Numerics.LinearAlgebra;

namespace GspMl.Onnx.Shrinking.Turning;

/// <summary>
/// Turns the features of attention so that few of them make up most of what is made of them: those of queries with those of keys, which no
/// layer reads whose weights could make up for the ones that go, and those of values with what reads them. What the model computes stays as
/// it is, but for rounding.
/// </summary>
internal sealed class FeatureTurning(WorkingModel dense, WorkingModel turned, CalibrationInputs inputs, CancellationToken cancel)
{
    /// <summary>The same model with other weights; itself where there are no such layers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="flow">Its channels.</param>
    /// <param name="inputs">Calibration inputs; those that are held back are not looked at.</param>
    /// <param name="cancel">Looked at between layers.</param>
    /// <exception cref="OnnxModelException">The model cannot be run.</exception>
    public static OnnxModel Of(OnnxModel model, ChannelFlow flow, CalibrationInputs inputs, CancellationToken cancel)
    {
        var dense = new WorkingModel(model);
        var pairs = new TurnablePairs(dense, flow);
        var (queries, values) = (pairs.QueriesAndKeys(), pairs.ValuesAndReaders());
        if (queries.Count + values.Count == 0) return model;
        var turned = new WorkingModel(model);
        var turning = new FeatureTurning(dense, turned, inputs, cancel);
        turning.TurnQueriesAndKeys(queries);
        turning.TurnValues(values);
        return model.With(ModelChanges.Between(model, turned));
    }

    private void TurnQueriesAndKeys(IReadOnlyList<TurnablePair> pairs)
    {
        if (pairs.Count == 0) return;
        using var stream = new ActivationStream(dense, inputs.Fit());
        foreach (var pair in pairs)
        {
            stream.Advance([Biased(pair.First), Biased(pair.Second)], cancel);
            var queries = Moments(stream, Biased(pair.First), pair.First.Filters, pair.OfFirst);
            var keys = Moments(stream, Biased(pair.Second), pair.Second.Filters, pair.OfSecond);
            // What a query gives to all keys alike is nothing to the softmax behind: of keys it is their differences that count.
            List<SharedBasis> bases = [.. queries.Second().Zip(keys.Centred(), SharedBasis.Of)];
            TurnOutputs(pair.First, pair.OfFirst, [.. bases.Select(basis => basis.First)]);
            TurnOutputs(pair.Second, pair.OfSecond, [.. bases.Select(basis => basis.Second)]);
        }
    }

    private void TurnValues(IReadOnlyList<TurnablePair> pairs)
    {
        if (pairs.Count == 0) return;
        using var stream = new ActivationStream(dense, inputs.Fit());
        foreach (var pair in pairs)
        {
            stream.Advance([pair.Second.Input], cancel);
            var moments = Moments(stream, pair.Second.Input, pair.Second.Inputs, pair.OfSecond);
            // A bias takes up what is lost of means.
            var values = pair.Second.Bias is null ? moments.Second() : moments.Centred();
            List<SharedBasis> bases = [.. values.Zip(Readers(pair), SharedBasis.Of)];
            TurnOutputs(pair.First, pair.OfFirst, [.. bases.Select(basis => basis.First)]);
            TurnInputs(pair.Second, pair.OfSecond, [.. bases.Select(basis => basis.Second)]);
        }
    }

    /// <summary>For each head W·Wᵀ over the weights that read its features.</summary>
    private static IEnumerable<Matrix<double>> Readers(TurnablePair pair)
    {
        var weights = pair.Second.ReadWeights();
        return pair.Heads.Select(head => Matrix<double>.Build.Dense(head.Second.Length, pair.Second.Filters,
            (p, r) => weights[(r * pair.Second.Inputs) + head.Second[p]])).Select(read => read.TransposeAndMultiply(read));
    }

    private FeatureMoments Moments(ActivationStream stream, string tensor, int width, IReadOnlyList<int[]> heads)
    {
        var moments = new FeatureMoments(width, heads, dense.MaxThreads);
        stream.ReadAll(tensor, (batch, values) => moments.Add(stream.Masks[batch]?.Cleared(values) ?? values), cancel);
        return moments;
    }

    /// <summary>The layer's outputs with what is added to them.</summary>
    private string Biased(LinearLayer layer)
        => layer.Bias is { Kind: LayerBiasKind.Added } ? dense.Nodes[dense.Readers(layer.Output).Single()].Output[0] : layer.Output;

    private void TurnOutputs(LinearLayer layer, IReadOnlyList<int[]> heads, IReadOnlyList<Matrix<double>> bases)
    {
        Turn(layer, heads, bases, layer.Inputs, (filter, input) => (filter * layer.Inputs) + input);
        if (layer.Bias is not { } bias) return;
        var values = WorkingModel.Values(bias.Tensor);
        Turn(values, heads, bases, 1, (filter, _) => filter);
        WorkingModel.SetValues(turned.Stored(bias.Name)!, values);
    }

    private void TurnInputs(LinearLayer layer, IReadOnlyList<int[]> heads, IReadOnlyList<Matrix<double>> bases)
        => Turn(layer, heads, bases, layer.Filters, (input, filter) => (filter * layer.Inputs) + input);

    private void Turn(LinearLayer layer, IReadOnlyList<int[]> heads, IReadOnlyList<Matrix<double>> bases, int others,
        Func<int, int, int> at)
    {
        var tensor = turned[layer.Weight.Location];
        // A layer may have been turned at its other end.
        var weights = layer.ToFilters(WorkingModel.Values(tensor));
        Turn(weights, heads, bases, others, at);
        WorkingModel.SetValues(tensor, layer.ToStored(weights));
    }

    /// <summary>Features of a head become sums of each other.</summary>
    private static void Turn(double[] values, IReadOnlyList<int[]> heads, IReadOnlyList<Matrix<double>> bases, int others,
        Func<int, int, int> at)
    {
        foreach (var (features, basis) in heads.Zip(bases))
        {
            var before = Matrix<double>.Build.Dense(features.Length, others, (p, j) => values[at(features[p], j)]);
            var after = basis.TransposeThisAndMultiply(before);
            for (var p = 0; p < features.Length; p++)
                for (var j = 0; j < others; j++) values[at(features[p], j)] = after[p, j];
        }
    }
}
