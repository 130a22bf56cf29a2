using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// The samples' side of a factorisation: rows with the best coefficients so far and those of the step under way. Three panels of
/// samples × rank take turns as the best, the present ones, and room for X·B or for coefficients that have gone on.
/// </summary>
internal sealed class SampleSide<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IFactorUpdate<T> update;
    private readonly int maxThreads;
    private Panel<T> room;

    public SampleSide(DataMatrix<T> data, Panel<T> coefficients, IFactorUpdate<T> update, int maxThreads)
    {
        (this.update, this.maxThreads, Current) = (update, maxThreads, coefficients);
        Products = new(data, coefficients.Columns, maxThreads);
        Best = new(coefficients.Rows, coefficients.Columns);
        Best.CopyFrom(coefficients);
        room = new(coefficients.Rows, coefficients.Columns);
    }

    public RowProducts<T> Products { get; }

    public Panel<T> Best { get; private set; }

    public Panel<T> Current { get; private set; }

    /// <summary>β, where <see cref="Current"/> has been advanced by it into the room that is left.</summary>
    public double? Ahead { get; private set; }

    public void Scale(double factor)
    {
        Current.Scale(factor);
        Best.CopyFrom(Current);
    }

    /// <summary>⟨X·B, C⟩ of the coefficients as they stand.</summary>
    public double Align(ReadOnlySpan<T> basis) => Products.Align(basis, Current, room);

    /// <summary>Fits the present coefficients to a basis and returns ⟨X·B, C⟩.</summary>
    public double Fit(ReadOnlySpan<T> basis)
    {
        Ahead = null;
        return Products.Fit(basis, Current, room, update);
    }

    /// <summary>The present coefficients as they go on by β times their move since the best.</summary>
    public Panel<T> Advance(double ahead)
    {
        PanelMove.Advance(Current, Best, room, ahead, maxThreads);
        Ahead = ahead;
        return room;
    }

    /// <summary>Takes the step in, lets it stay, or goes back.</summary>
    /// <param name="verdict">What becomes of the last fit.</param>
    /// <param name="ahead">How far accepted coefficients go on.</param>
    public void Settle(ShardVerdict verdict, double ahead)
    {
        if (verdict == ShardVerdict.Accept)
        {
            if (Ahead != ahead) Advance(ahead);
            (Best, Current, room) = (Current, room, Best);
        }
        if (verdict == ShardVerdict.Reject) Current.CopyFrom(Best);
        Ahead = null;
    }

    /// <summary>Back to a state: the best coefficients, and how far the present ones had gone on, if they had.</summary>
    public void Return(Panel<T> best, double? ahead)
    {
        Best.CopyFrom(best);
        if (ahead is { } step) Advance(step);
    }

    /// <summary>The best coefficients are the answer; those of the last fit where it is accepted.</summary>
    public void End(ShardVerdict verdict)
    {
        if (verdict == ShardVerdict.Accept) (Best, Current) = (Current, Best);
        Ahead = null;
    }
}
