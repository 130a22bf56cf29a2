using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// NeNMF (Guan, Tao, Luo and Yuan, IEEE Transactions on Signal Processing 60, 2012): Nesterov's fast gradient with step 1/L, L the largest
/// eigenvalue of G, projected on F ≥ 0. Rows are independent; a block of rows takes its steps in cache, starts its momentum anew when
/// it points uphill (O'Donoghue and Candès, 2015) and stops when a step moves a hundredth of what its first did.
/// Cost of a step: n · rank² multiply-adds.
/// </summary>
internal sealed class NesterovUpdate<T>(int? steps = null, double movement = 0.01) : IFactorUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockRows = 64;
    private const double FirstMomentum = 0.05;

    public void Update(Panel<T> factor, NormalEquations<T> equations, int maxThreads)
    {
        var bound = RankMatrix.LargestEigenvalueBound(equations.Gram, equations.Rank);
        if (bound <= 0) return;
        var gram = new Panel<T>(equations.Rank, equations.Rank);
        for (var i = 0; i < equations.Rank; i++)
            for (var j = 0; j < equations.Rank; j++) gram.Row(i)[j] = T.CreateTruncating(equations.Gram[i * equations.Rank + j] / bound);
        var most = steps ?? equations.InnerSteps();
        new Blocks(factor.Rows, BlockRows).Each(maxThreads, (start, end) => new RowBlock(factor, equations.Product, gram, bound, start, end)
            .Descend(most, movement));
        GC.KeepAlive(gram);
    }

    private readonly unsafe ref struct RowBlock(Panel<T> factor, Panel<T> product, Panel<T> gram, double bound, int start, int end)
    {
        private readonly int length = (end - start) * factor.Stride;
        private readonly T step = T.CreateTruncating(1 / bound);

        public void Descend(int steps, double movement)
        {
            using var ahead = new Scratch<T>(length);
            using var gradient = new Scratch<T>(length);
            var f = new Span<T>(factor.RowStart(start), length);
            var y = new Span<T>(ahead.Start, length);
            f.CopyTo(y);
            var (momentum, first) = (FirstMomentum, T.Zero);
            for (var i = 0; i < steps; i++)
            {
                Gradient(ahead.Start, gradient.Start);
                var (moved, uphill) = Move(f, y, new(gradient.Start, length), ref momentum);
                if (i == 0) first = moved;
                if (moved <= T.CreateTruncating(movement * movement) * first) return;
                if (!uphill) continue;
                momentum = FirstMomentum;
                f.CopyTo(y);
            }
        }

        /// <summary>gradient = (Y·G − V) / L; the Gram panel holds G / L.</summary>
        private void Gradient(T* ahead, T* gradient)
        {
            var v = new ReadOnlySpan<T>(product.RowStart(start), length);
            TensorPrimitives.Multiply(v, -step, new(gradient, length));
            var left = PanelProduct.Left<T>.RowMajor(ahead, end - start, factor.Columns, factor.Stride);
            PanelProduct.Add(left, gram.Start, gram.Stride, gradient, factor.Stride, gram.Lanes, 0, end - start);
        }

        private static (T Moved, bool Uphill) Move(Span<T> f, Span<T> y, ReadOnlySpan<T> gradient, ref double momentum)
        {
            // α′² = (1 − α′)α² (Nesterov 2004, scheme 2.2.6, without strong convexity)
            var (a2, next) = (momentum * momentum, 0.0);
            next = (Math.Sqrt(a2 * a2 + 4 * a2) - a2) / 2;
            var ahead = Vector512.Create(T.CreateTruncating(momentum * (1 - momentum) / (a2 + next)));
            momentum = next;
            Vector512<T> moved = default, slope = default;
            for (var i = 0; i < f.Length; i += Vector512<T>.Count)
            {
                Vector512<T> old = Vector512.Create<T>(f[i..]), from = Vector512.Create<T>(y[i..]);
                var value = Vector512.Max(from - Vector512.Create(gradient[i..]), Vector512<T>.Zero);
                var move = value - old;
                value.CopyTo(f[i..]);
                Lane.MultiplyAdd(ahead, move, value).CopyTo(y[i..]);
                moved = Lane.MultiplyAdd(move, move, moved);
                slope = Lane.MultiplyAdd(from - value, move, slope);
            }
            return (Vector512.Sum(moved), Vector512.Sum(slope) > T.Zero);
        }
    }
}
