using GspMl.Collections;
using GspMl.Onnx.Collections;
using GspMl.Onnx.Sweeping;

namespace GspMl.Onnx;

/// <summary>What the amounts of a curve count.</summary>
public enum SweepAxis
{
    /// <summary>The fraction of zeros in the weights that are pruned.</summary>
    Zeros,

    /// <summary>The fraction of multiply-accumulates that are gone, with whole channels.</summary>
    Macs,
}

/// <summary>One curve of a sweep: a way to make a model sparser or smaller, and how far to go.</summary>
public abstract record SweepCurve
{
    // There are the two that a sweep knows how to judge and to write.
    private protected SweepCurve()
    {
    }

    /// <summary>What charts and tables call it; no two curves of a sweep have one name.</summary>
    public required string Name { get; init; }

    /// <summary>The amounts to try, ascending, each in [0,1].</summary>
    public required IReadOnlyList<double> Amounts { get; init => field = ContentList.Of(value); }

    /// <summary>What the amounts count.</summary>
    public abstract SweepAxis Axis { get; }

    /// <summary>One model for each amount, the greatest first: it finds out most of what the others need.</summary>
    /// <param name="model">The dense model.</param>
    /// <param name="begin">Called with each amount before its model is made; gives what is told how far that is.</param>
    /// <param name="cancel">Looked at between and inside the models.</param>
    internal abstract IEnumerable<MadeModel> Make(OnnxModel model, Func<double, IProgress<PruningProgress>?> begin,
        CancellationToken cancel);

    /// <exception cref="ArgumentException">A property has an impossible value; the error names it.</exception>
    internal virtual void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Name);
        ArgumentNullException.ThrowIfNull(Amounts);
        if (Amounts.Count == 0) throw new ArgumentException($"{nameof(Amounts)} is empty; there is at least one.", nameof(Amounts));
        for (var i = 0; i < Amounts.Count; i++)
        {
            Require.Fraction(Amounts[i], $"{nameof(Amounts)}[{i}]");
            if (i > 0 && Amounts[i] <= Amounts[i - 1])
                throw new ArgumentException(
                    $"{nameof(Amounts)}[{i}] is {Amounts[i]}, not more than {Amounts[i - 1]} before it; amounts rise.", nameof(Amounts));
        }
    }
}
