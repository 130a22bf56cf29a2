using GspMl.Training.Data;

namespace GspMl.Training.Optimizers;

/// <summary>A tensor that is trained: its values as the model has them, and what a step needs beside them.</summary>
/// <param name="name">Its name.</param>
/// <param name="shape">Its shape.</param>
/// <param name="filters">Output filters, of a weight that can be pruned; 0 for another tensor.</param>
internal sealed class Parameter(string name, IReadOnlyList<long> shape, long filters) : IDisposable
{
    public string Name => name;

    public IReadOnlyList<long> Shape => shape;

    /// <summary>
    /// Whether it is a running statistic of a normalisation: it has no gradient, and takes what the step puts out in its place.
    /// </summary>
    public bool IsStatistic { get; init; }

    /// <summary>Whether it is a weight that zeros are counted of.</summary>
    public bool IsWeight => filters > 0;

    public long Filters => filters;

    /// <summary>The values that the model computes with.</summary>
    public PinnedTensor Values { get; } = PinnedTensor.Of(shape);

    /// <summary>What the step finds: the gradient, or of a statistic what follows it.</summary>
    public PinnedTensor Gradient { get; } = PinnedTensor.Of(shape);

    public int Count => Values.Numbers.Length;

    /// <summary>1 where a value may be other than zero, 0 where not; null where all may.</summary>
    public float[]? Mask { get; set; }

    /// <summary>While zeros are still chosen, the values that cut weights would have; null where cut weights stay so.</summary>
    public float[]? Uncut { get; set; }

    /// <summary>The mean of the gradients.</summary>
    public float[] Mean { get; } = new float[shape.Aggregate(1L, (product, extent) => product * extent)];

    /// <summary>The mean of their squares.</summary>
    public float[] Square { get; set; } = [];

    /// <summary>Zeros of the values.</summary>
    public long CountZeros()
    {
        var zeros = 0L;
        foreach (var value in Values.Numbers) zeros += value == 0 ? 1 : 0;
        return zeros;
    }

    /// <summary>
    /// Lets only those values be other than zero that are so now. What moved the others must go too: it would go on without a gradient.
    /// </summary>
    public void KeepZeros()
    {
        var values = Values.Numbers;
        var mask = new float[values.Length];
        for (var i = 0; i < mask.Length; i++)
            if (values[i] != 0) mask[i] = 1;
            else Mean[i] = 0;
        (Mask, Uncut) = (mask, null);
    }

    /// <summary>Has the model see zero where a mask is 0; what was cut keeps its value beside, and may come back.</summary>
    public void Cut(float[] mask)
    {
        Uncut ??= Values.Numbers.ToArray();
        Mask = mask;
        HostUpdate.Cut(this);
    }

    /// <summary>Gives it other values, none of them cut.</summary>
    public void Replace(ReadOnlySpan<float> values)
    {
        values.CopyTo(Values.Numbers);
        (Mask, Uncut) = (null, null);
    }

    public void Dispose()
    {
        Values.Dispose();
        Gradient.Dispose();
    }
}
