using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// Accelerated hierarchical alternating least squares (Gillis and Glineur, Neural Computation 24, 2012): coordinate k of every row is set
/// to its exact minimiser, f_k ← max(0, f_k + (v_k − f·G_k) / G_kk), and the sweep over k is repeated while it pays, until it moves a
/// hundredth of what the first sweep moved. Rows do not depend on each other, so that a block of rows stays in the first cache for all its
/// sweeps, one row in each vector lane, and stops by itself. Never raises the objective. Cost of a sweep: n · rank² multiply-adds.
/// </summary>
internal sealed class HalsUpdate<T>(int? sweeps = null, double movement = 0.01) : IFactorUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockRows = 256;

    public void Update(Panel<T> factor, NormalEquations<T> equations, int maxThreads)
    {
        var most = sweeps ?? equations.InnerSteps();
        var negated = RankMatrix.Negated<T>(equations.Gram);
        new Blocks(factor.Rows, BlockRows).Each(maxThreads, (start, end) => HalsRows.Sweep(
            factor, equations.Product, negated, start, end, most, movement));
    }
}

/// <summary>The kernel of <see cref="HalsUpdate{T}"/>: as many rows at once as four vectors have lanes.</summary>
internal static unsafe class HalsRows
{
    private const int Vectors = 4;

    public static void Sweep<T>(Panel<T> factor, Panel<T> product, T[] negatedGram, int start, int end, int sweeps, double movement)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rank = factor.Columns;
        var group = Vectors * Vector512<T>.Count;
        using var f = new Scratch<T>(rank * group);
        using var v = new Scratch<T>(rank * group);
        fixed (T* gram = negatedGram)
        {
            for (var i = start; i < end; i += group)
            {
                var rows = Math.Min(group, end - i);
                Spread(factor, i, rows, f.Start);
                Spread(product, i, rows, v.Start);
                SweepGroup(f.Start, v.Start, gram, rank, sweeps, T.CreateTruncating(movement * movement));
                Gather(f.Start, factor, i, rows);
            }
        }
        GC.KeepAlive(product);
    }

    private static void SweepGroup<T>(T* f, T* v, T* gram, int rank, int sweeps, T stop)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var first = T.Zero;
        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            var moved = SweepOnce(f, v, gram, rank);
            if (sweep == 0) first = moved;
            if (moved <= stop * first) return;
        }
    }

    /// <summary>
    /// One pass over the coordinates; returns Σ of the squared moves, weighted by G_kk so that the factor's scaling does not matter.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T SweepOnce<T>(T* f, T* v, T* gram, int rank)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var w = Vector512<T>.Count;
        var moved = Vector512<T>.Zero;
        for (var k = 0; k < rank; k++, gram += rank)
        {
            var diagonal = -gram[k];
            if (diagonal <= T.Zero) continue; // the other factor's column is zero: any value serves as well
            var t = v + k * Vectors * w;
            Vector512<T> a0 = Vector512.Load(t), a1 = Vector512.Load(t + w), a2 = Vector512.Load(t + 2 * w), a3 = Vector512.Load(t + 3 * w);
            Vector512<T> b0 = default, b1 = default, b2 = default, b3 = default;
            var x = f;
            var j = 0;
            for (; j + 1 < rank; j += 2)
            {
                Vector512<T> g = Vector512.Create(gram[j]), h = Vector512.Create(gram[j + 1]);
                a0 = Lane.MultiplyAdd(g, Vector512.Load(x), a0);
                a1 = Lane.MultiplyAdd(g, Vector512.Load(x + w), a1);
                a2 = Lane.MultiplyAdd(g, Vector512.Load(x + 2 * w), a2);
                a3 = Lane.MultiplyAdd(g, Vector512.Load(x + 3 * w), a3);
                x += Vectors * w;
                b0 = Lane.MultiplyAdd(h, Vector512.Load(x), b0);
                b1 = Lane.MultiplyAdd(h, Vector512.Load(x + w), b1);
                b2 = Lane.MultiplyAdd(h, Vector512.Load(x + 2 * w), b2);
                b3 = Lane.MultiplyAdd(h, Vector512.Load(x + 3 * w), b3);
                x += Vectors * w;
            }
            if (j < rank)
            {
                var g = Vector512.Create(gram[j]);
                a0 = Lane.MultiplyAdd(g, Vector512.Load(x), a0);
                a1 = Lane.MultiplyAdd(g, Vector512.Load(x + w), a1);
                a2 = Lane.MultiplyAdd(g, Vector512.Load(x + 2 * w), a2);
                a3 = Lane.MultiplyAdd(g, Vector512.Load(x + 3 * w), a3);
            }
            var inverse = Vector512.Create(T.One / diagonal);
            var weight = Vector512.Create(diagonal);
            var own = f + k * Vectors * w;
            moved = Step(own, a0 + b0, inverse, weight, moved);
            moved = Step(own + w, a1 + b1, inverse, weight, moved);
            moved = Step(own + 2 * w, a2 + b2, inverse, weight, moved);
            moved = Step(own + 3 * w, a3 + b3, inverse, weight, moved);
        }
        return Vector512.Sum(moved);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Step<T>(T* own, Vector512<T> descent, Vector512<T> inverse, Vector512<T> weight, Vector512<T> moved)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var old = Vector512.Load(own);
        var value = Vector512.Max(Lane.MultiplyAdd(descent, inverse, old), Vector512<T>.Zero);
        value.Store(own);
        var move = value - old;
        return Lane.MultiplyAdd(move * weight, move, moved);
    }

    private static void Spread<T>(Panel<T> panel, int start, int rows, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var group = Vectors * Vector512<T>.Count;
        for (var i = 0; i < group; i++)
        {
            var row = panel.RowStart(start + Math.Min(i, rows - 1)); // lanes past the end repeat the last row and are not gathered
            for (var k = 0; k < panel.Columns; k++) target[k * group + i] = row[k];
        }
    }

    private static void Gather<T>(T* source, Panel<T> panel, int start, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var group = Vectors * Vector512<T>.Count;
        for (var i = 0; i < rows; i++)
        {
            var row = panel.RowStart(start + i);
            for (var k = 0; k < panel.Columns; k++) row[k] = source[k * group + i];
        }
    }
}
