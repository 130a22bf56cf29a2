using GspMl.Onnx.Patterns;

namespace GspMl.Onnx.Checking;

/// <summary>The patterns that a layer's zeros form.</summary>
internal sealed class FoundZeros
{
    // Under it zeros are chance.
    private const double Hardly = 0.01;

    // A pattern is one if it holds nearly all of the zeros.
    private const double NearlyAll = 0.95;

    private static readonly (int Filters, int Inputs)[] BlockSizes =
        [(64, 64), (32, 32), (16, 16), (8, 8), (4, 4), (16, 1), (8, 1), (4, 1), (1, 16), (1, 8), (1, 4), (2, 1), (1, 2)];

    private readonly bool[] isZero;

    private FoundZeros(LayerContext layer)
    {
        Shape = LayerShape.Of(layer.Weight.View);
        isZero = [.. layer.Values.ToArray().Select(value => value == 0)];
        Fraction = (double)isZero.Count(zero => zero) / isZero.Length;
        if (IsDense) return;
        Columns = Covering(ColumnSets.Of(layer.Values, Shape, least: 8));
        OfFour = Most(4);
        Block = BlockSizes.Cast<(int, int)?>().FirstOrDefault(size => Covers(size!.Value));
    }

    public LayerShape Shape { get; }

    /// <summary>Zeros, as a fraction.</summary>
    public double Fraction { get; }

    public bool IsDense => Fraction < Hardly;

    /// <summary>The channels that blocks of filters read; null where that tells little of the zeros.</summary>
    public ColumnSets? Columns { get; }

    /// <summary>The most weights of four input channels, at one position of one filter, that are not zero; null where channels are no
    /// multiple of four.</summary>
    public int? OfFour { get; }

    /// <summary>The largest blocks, filters × input channels, that nearly all zeros lie in; null for none.</summary>
    public (int Filters, int Inputs)? Block { get; }

    public static FoundZeros Of(LayerContext layer) => new(layer);

    /// <summary>In words.</summary>
    public IEnumerable<string> Names()
    {
        if (IsDense) yield break;
        if (Columns is { } columns)
            yield return $"columns: blocks of {columns.Block} filters read {columns.Kept} of {Shape.Channels} channels";
        if (OfFour is <= 2) yield return $"{OfFour}:4 along input channels";
        // Whole columns are blocks of one channel, too.
        if (Columns is null && Block is var (filters, inputs)) yield return $"blocks of {filters}x{inputs}";
        if (Columns is null && OfFour is not <= 2 && Block is null) yield return "scattered";
    }

    /// <summary>The most weights of m input channels that are not zero.</summary>
    public int? Most(int m)
    {
        if (Shape.Channels % m != 0) return null;
        var most = 0;
        for (var filter = 0; filter < Shape.Filters; filter++)
            for (var first = 0; first < Shape.Channels; first += m)
                for (var tap = 0; tap < Shape.Taps; tap++)
                {
                    var count = 0;
                    for (var channel = first; channel < first + m; channel++) if (!IsZero(filter, channel, tap)) count++;
                    most = Math.Max(most, count);
                }
        return most;
    }

    private ColumnSets? Covering(ColumnSets sets)
        => (1 - ((double)sets.Kept / Shape.Channels)) >= NearlyAll * Fraction * 0.9 && sets.Kept < Shape.Channels ? sets : null;

    private bool Covers((int Filters, int Inputs) size)
    {
        if (Shape.Filters % size.Filters != 0 || Shape.Channels % size.Inputs != 0) return false;
        long covered = 0;
        for (var filter = 0; filter < Shape.Filters; filter += size.Filters)
            for (var channel = 0; channel < Shape.Channels; channel += size.Inputs)
                for (var tap = 0; tap < Shape.Taps; tap++)
                    if (IsEmpty(filter, channel, tap, size)) covered += size.Filters * size.Inputs;
        return covered >= NearlyAll * Fraction * isZero.Length;
    }

    private bool IsEmpty(int filter, int channel, int tap, (int Filters, int Inputs) size)
    {
        for (var f = filter; f < filter + size.Filters; f++)
            for (var c = channel; c < channel + size.Inputs; c++) if (!IsZero(f, c, tap)) return false;
        return true;
    }

    private bool IsZero(int filter, int channel, int tap) => isZero[(filter * Shape.Inputs) + (channel * Shape.Taps) + tap];
}
