using GspMl.Projection;
using GspMl.Training.Optimizers;

namespace GspMl.Training.Sparsity;

/// <summary>Chooses zeros while a model trains, at the steps that the options say.</summary>
/// <param name="options">What becomes of zeros.</param>
/// <param name="weights">The weights that zeros are chosen among.</param>
/// <param name="steps">All steps of the run.</param>
/// <param name="project">Projects the weights, as they are at the moment, to a target.</param>
internal sealed class SparsityPlan(TuningSparsity options, IReadOnlyList<Parameter> weights, int steps, Action<SparsityTarget> project)
{
    private readonly int last = (int)(options.Until * (steps - 1));
    private double from;

    /// <summary>Whether zeros stay where they are from a step on; until then a state is no result.</summary>
    public bool IsSettled(int step) => options is { Zeros: null, Projection: null } || step > last;

    /// <summary>Before the first step.</summary>
    public void Begin()
    {
        from = (double)weights.Sum(weight => weight.CountZeros()) / weights.Sum(weight => (long)weight.Count);
        if (options is { Zeros: null, Projection: null })
            foreach (var weight in weights) weight.KeepZeros();
    }

    /// <summary>The fraction of zeros before the first step.</summary>
    public double From
    {
        get => from;
        set => from = value;
    }

    /// <summary>Whether something is to be done before a step.</summary>
    public bool IsDue(int step) => options is not { Zeros: null, Projection: null } && step <= last
        && (step % options.Every == 0 || step == last);

    /// <summary>Chooses anew, before a step at which that is due.</summary>
    public void Choose(int step)
    {
        var part = last == 0 ? 1 : (double)step / last;
        if (options.Zeros is { } zeros) MagnitudeCut.Apply(weights, RisingZeros.At(Math.Min(from, zeros), zeros, part));
        else project(Target(options.Projection!.Target, part));
        if (step != last) return;
        foreach (var weight in weights) weight.KeepZeros();
    }

    private SparsityTarget Target(SparsityTarget whole, double part)
    {
        if (!options.Rises) return whole;
        var value = RisingZeros.At(whole.IsZeros ? Math.Min(from, whole.Value) : 0, whole.Value, part);
        return whole.IsZeros ? SparsityTarget.Zeros(value) : SparsityTarget.Hoyer(value);
    }
}
