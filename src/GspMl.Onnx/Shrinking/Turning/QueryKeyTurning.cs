using GspMl.Onnx.Calibration;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace GspMl.Onnx.Shrinking.Turning;

/// <summary>
/// Turns the features of queries and keys so that few of them make up most of their products: no layer reads these features, whose weights
/// could make up for those that go. What the model computes stays as it is, to the last bits.
/// </summary>
internal static class QueryKeyTurning
{
    /// <summary>The same model with other weights; itself where there is no such pair of layers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="flow">Its channels.</param>
    /// <param name="inputs">Calibration inputs; those that are held back are not looked at.</param>
    /// <param name="cancel">Looked at between layers.</param>
    /// <exception cref="OnnxModelException">The model cannot be run.</exception>
    public static OnnxModel Of(OnnxModel model, ChannelFlow flow, CalibrationInputs inputs, CancellationToken cancel)
    {
        var (dense, turned) = (new WorkingModel(model), new WorkingModel(model));
        var pairs = QueryKeyPair.Of(dense, flow).ToList();
        if (pairs.Count == 0) return model;
        using var stream = new ActivationStream(dense, inputs.Fit());
        foreach (var pair in pairs)
        {
            stream.Advance([Biased(dense, pair.Queries), Biased(dense, pair.Keys)], cancel);
            var queries = new FeatureMoments(pair.Queries.Filters, [.. pair.Heads.Select(head => head.Queries)], dense.MaxThreads);
            var keys = new FeatureMoments(pair.Keys.Filters, [.. pair.Heads.Select(head => head.Keys)], dense.MaxThreads);
            for (var batch = 0; batch < stream.Batches; batch++)
            {
                queries.Add(Read(stream, batch, Biased(dense, pair.Queries)));
                keys.Add(Read(stream, batch, Biased(dense, pair.Keys)));
            }
            // What a query gives to all keys alike is nothing to the softmax behind: of keys it is their differences that count.
            var bases = queries.Second().Zip(keys.Centred(), SharedBasis.Of).ToList();
            Turn(turned, pair.Queries, [.. pair.Heads.Select(head => head.Queries)], [.. bases.Select(basis => basis.Queries)]);
            Turn(turned, pair.Keys, [.. pair.Heads.Select(head => head.Keys)], [.. bases.Select(basis => basis.Keys)]);
        }
        return model.With(ModelChanges.Between(model, turned));
    }

    /// <summary>The layer's outputs with what is added to them.</summary>
    private static string Biased(WorkingModel model, LinearLayer layer)
        => layer.Bias is { Kind: LayerBiasKind.Added } ? model.Nodes[model.Readers(layer.Output).Single()].Output[0] : layer.Output;

    private static FloatTensor Read(ActivationStream stream, int batch, string tensor)
    {
        var values = FloatTensor.Of(stream[batch, tensor]);
        return stream.Masks[batch]?.Cleared(values) ?? values;
    }

    private static void Turn(WorkingModel model, LinearLayer layer, IReadOnlyList<int[]> heads, IReadOnlyList<Matrix<double>> bases)
    {
        var weights = layer.ReadWeights();
        Turn(weights, layer.Inputs, heads, bases);
        WorkingModel.SetValues(model[layer.Weight.Location], layer.ToStored(weights));
        if (layer.Bias is not { } bias) return;
        var values = WorkingModel.Values(bias.Tensor);
        Turn(values, 1, heads, bases);
        WorkingModel.SetValues(model.Stored(bias.Name)!, values);
    }

    /// <summary>Filters of a head become sums of each other.</summary>
    private static void Turn(double[] values, int inputs, IReadOnlyList<int[]> heads, IReadOnlyList<Matrix<double>> bases)
    {
        foreach (var (filters, basis) in heads.Zip(bases))
        {
            var before = Matrix<double>.Build.Dense(filters.Length, inputs, (p, j) => values[(filters[p] * inputs) + j]);
            var after = basis.TransposeThisAndMultiply(before);
            for (var p = 0; p < filters.Length; p++)
                for (var j = 0; j < inputs; j++) values[(filters[p] * inputs) + j] = after[p, j];
        }
    }
}
