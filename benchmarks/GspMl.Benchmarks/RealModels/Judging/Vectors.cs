using System.Numerics.Tensors;

namespace GspMl.Benchmarks.RealModels.Judging;

/// <summary>Features or embeddings: how far each points where the dense model's points.</summary>
internal sealed record Vectors(Rows Rows) : IAnswers
{
    public IReadOnlyList<Measure> Against(IAnswers dense)
    {
        var before = ((Vectors)dense).Rows;
        var (cosines, centre) = (Cosines(Rows, before), Centre(before));
        // Features that all lie in one corner point the same way whatever they say: what is left of them without their mean tells more.
        var centred = Cosines(Without(Rows, centre), Without(before, centre));
        return [new("cosine, mean", cosines.Average()), new("least", cosines.Min()), new("centred, mean", centred.Average())];
    }

    private static float[] Centre(Rows rows)
    {
        var sum = new float[rows.Width];
        for (var row = 0; row < rows.Count; row++) TensorPrimitives.Add(sum, rows[row], sum);
        TensorPrimitives.Divide(sum, rows.Count, sum);
        return sum;
    }

    private static Rows Without(Rows rows, float[] centre)
    {
        var values = new float[rows.Values.Length];
        for (var row = 0; row < rows.Count; row++) TensorPrimitives.Subtract(rows[row], centre, values.AsSpan(row * rows.Width));
        return rows with { Values = values };
    }

    public static double[] Cosines(Rows a, Rows b) => [.. Enumerable.Range(0, a.Count).Select(row => Cosine(a[row], b[row]))];

    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        => a.ContainsAnyExcept(0f) && b.ContainsAnyExcept(0f) ? TensorPrimitives.CosineSimilarity(a, b) : 0;
}

/// <summary>Embeddings whose similarities are what they are for: also whether the pairs keep their order.</summary>
internal sealed record Embeddings(Rows Rows) : IAnswers
{
    public IReadOnlyList<Measure> Against(IAnswers dense)
    {
        var before = ((Embeddings)dense).Rows;
        return [.. new Vectors(Rows).Against(new Vectors(before)),
            new("rank correlation of similarities", Ranks.Correlation(Similarities(Rows), Similarities(before)))];
    }

    /// <summary>The means of token vectors where the mask is 1.</summary>
    public static float[] Mean(ReadOnlySpan<float> tokens, ReadOnlySpan<long> mask)
    {
        var width = tokens.Length / mask.Length;
        var mean = new float[width];
        for (var token = 0; token < mask.Length; token++)
            if (mask[token] != 0) TensorPrimitives.Add(mean, tokens.Slice(token * width, width), mean);
        return mean;
    }

    private static double[] Similarities(Rows rows)
        => [.. from a in Enumerable.Range(0, rows.Count) from b in Enumerable.Range(0, a) select Vectors.Cosine(rows[a], rows[b])];
}
