using System.Runtime.Intrinsics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>
/// What is known of each vector of the group; one array a quantity, so that the columns of a panel are read eight at a time.
/// </summary>
internal sealed class VectorTable
{
    /// <summary>The largest magnitude, in the data's units.</summary>
    public PinnedArray<double> Largest { get; } = new();

    /// <summary>The power of two that the magnitudes are multiplied with: 1 unless their squares would leave the range of double.</summary>
    public PinnedArray<double> Scale { get; } = new();

    /// <summary>The same for the weights.</summary>
    public PinnedArray<double> WeightScale { get; } = new();

    /// <summary>‖w‖₂ of the scaled weights; √n for plain sparsity.</summary>
    public PinnedArray<double> WeightNorm { get; } = new();

    /// <summary>β = 1/(‖w‖₂ − min w) of the scaled weights.</summary>
    public PinnedArray<double> Beta { get; } = new();

    /// <summary>The threshold of scaled magnitudes for a multiplier of 1.</summary>
    public PinnedArray<double> Rate { get; } = new();

    /// <summary>Thresholds of the pass under way: one, or the two of a bracket.</summary>
    public PinnedArray<double> Tau { get; } = new();

    public PinnedArray<double> HighTau { get; } = new();

    /// <summary>Sums of the entries over the collected bracket.</summary>
    public SumTable Base { get; } = new();

    /// <summary>Sums at the multiplier that was evaluated last.</summary>
    public SumTable Current { get; } = new();

    /// <summary>What the thresholded magnitudes are multiplied with; NaN where the original values stay.</summary>
    public PinnedArray<double> Factor { get; } = new();

    /// <summary>What the weights of tied entries are multiplied with to give their values; NaN where none tie.</summary>
    public PinnedArray<double> TieShare { get; } = new();

    /// <summary>The one entry that a vector keeps, or the one that differs from those it ties with; otherwise −1.</summary>
    public PinnedArray<int> OneHot { get; } = new();

    /// <summary>The one entry that stays of a vector all of whose entries leave the support where ties are dropped, or −1.</summary>
    public PinnedArray<int> Survivor { get; } = new();

    /// <summary>The value of <see cref="OneHot"/>, with its sign.</summary>
    public PinnedArray<double> OneHotValue { get; } = new();

    public PinnedArray<double> Sparsity { get; } = new();

    /// <summary>What a vector's scaled magnitudes are thresholded at.</summary>
    public double Threshold(int v, double multiplier) => Math.Min(1e300, multiplier * Rate[v]);

    /// <summary>
    /// The Hoyer sparsities of eight vectors at their sums in <see cref="Current"/>, and their derivatives by the multiplier; see
    /// <see cref="Evaluation{T}"/>.
    /// </summary>
    /// <returns>Whether each has more than one entry left.</returns>
    public unsafe bool TryMeasure(int v, out Vector512<double> sparsities, out Vector512<double> derivatives)
    {
        var (p, q, w) = (Vector512.Load(Current.P + v), Vector512.Load(Current.Q + v), Vector512.Load(Current.W + v));
        var inverse = Vector512<double>.One / Vector512.Sqrt(q);
        var (product, beta) = (p * inverse, Vector512.Load(Beta.Pointer + v));
        sparsities = beta * (Vector512.Load(WeightNorm.Pointer + v) - product);
        derivatives = beta * Vector512.Load(Rate.Pointer + v) * inverse * Vector512.Max(w - product * product, Vector512<double>.Zero);
        return Vector512.GreaterThanAll(q, Vector512.Create(Solving.OneHot.End));
    }

    /// <summary>Thresholds of a section's vectors.</summary>
    public void SetThresholds(in Section section, double multiplier, PinnedArray<double> tau)
    {
        for (var v = section.Vector; v < section.Vector + section.Count; v++) tau[v] = Threshold(v, multiplier);
    }

    /// <summary>Thresholds of vectors in several parts, before the parts are worked on at the same time.</summary>
    public void SetThresholdsOfParts(ReadOnlySpan<Section> sections, double multiplier, PinnedArray<double> tau)
    {
        foreach (ref readonly var section in sections)
        {
            if (section.Parts > 1) SetThresholds(section, multiplier, tau);
        }
    }

    /// <summary>The multiplier at which a plain vector comes down to its largest entries.</summary>
    public double EventOf(int v) => Largest[v] * Scale[v] / Rate[v] * (1 + 4e-16);

    public void Reserve(int vectors)
    {
        Largest.Reserve(vectors);
        Scale.Reserve(vectors);
        WeightScale.Reserve(vectors);
        WeightNorm.Reserve(vectors);
        Beta.Reserve(vectors);
        Rate.Reserve(vectors);
        Tau.Reserve(vectors);
        HighTau.Reserve(vectors);
        Base.Reserve(vectors);
        Current.Reserve(vectors);
        Factor.Reserve(vectors);
        TieShare.Reserve(vectors);
        OneHot.Reserve(vectors);
        Survivor.Reserve(vectors);
        OneHotValue.Reserve(vectors);
        Sparsity.Reserve(vectors);
    }
}
