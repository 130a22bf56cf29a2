namespace GspMl.Onnx.Calibration;

/// <summary>
/// Parts into which the rows of a layer's output fall: its filters, each at all positions, or stretches of positions, each of all filters.
/// A row holds filters × positions of a convolution, positions × filters otherwise.
/// </summary>
internal sealed class OutputParts
{
    private readonly LinearLayer layer;
    private readonly int positions;
    private readonly IReadOnlyList<double>? sensitivities;

    private OutputParts(LinearLayer layer, int positions, int count, IReadOnlyList<double>? sensitivities)
        => (this.layer, this.positions, Count, this.sensitivities) = (layer, positions, count, sensitivities);

    /// <summary>How many parts there are.</summary>
    public int Count { get; }

    /// <summary>Each filter is a part.</summary>
    public static OutputParts Filters(LinearLayer layer, int positions) => new(layer, positions, layer.Filters, null);

    /// <summary>
    /// Equal stretches of positions are the parts; a change of theirs is measured by what it should do to the outputs, if all positions
    /// counted alike.
    /// </summary>
    public static OutputParts Stretches(LinearLayer layer, int positions, int count, IReadOnlyList<double> sensitivities)
        => new(layer, positions, count, sensitivities);

    /// <summary>Moves a part of a row half way towards another row; gives the squared change as a mean over all positions.</summary>
    public double Mix(int part, Span<float> row, ReadOnlySpan<float> other)
    {
        var squares = 0.0;
        if (sensitivities is null) squares = Mix(part, 0, positions, row, other);
        else
            for (var filter = 0; filter < layer.Filters; filter++)
                squares += sensitivities[filter] * Mix(filter, First(part), First(part + 1), row, other);
        return squares / positions;
    }

    /// <summary>What was found of stretches, for each of their positions: relative to the mean of all.</summary>
    public double[] OfPositions(IReadOnlyList<double> stretches)
    {
        var values = new double[positions];
        for (var part = 0; part < Count; part++) values.AsSpan()[First(part)..First(part + 1)].Fill(stretches[part]);
        var mean = values.Average();
        return [.. values.Select(value => mean > 0 ? value / mean : 1)];
    }

    private int First(int stretch) => (int)((long)stretch * positions / Count);

    private double Mix(int filter, int from, int to, Span<float> row, ReadOnlySpan<float> other)
    {
        var (first, step) = layer.IsConvolution ? (filter * positions, 1) : (filter, layer.Filters);
        var squares = 0.0;
        for (var position = from; position < to; position++)
        {
            var at = first + (position * step);
            var change = (other[at] - row[at]) / 2;
            row[at] += change;
            squares += change * change;
        }
        return squares;
    }
}
