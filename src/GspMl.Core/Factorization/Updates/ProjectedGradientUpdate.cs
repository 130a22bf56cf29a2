using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// PSNMF, cPSNMF and WSNMF (Ohib et al., TMLR 2022, section 4.3): Nesterov's fast gradient, every step projected on the sparsity
/// constraint, then the support refined by exact column updates at the multiplier that the last projection found. A step with momentum that
/// would raise the objective is taken again without; a refinement that would raise it is dropped. So the objective does not rise.
/// </summary>
internal sealed class ProjectedGradientUpdate<T>(IColumnProjection projection, int? steps = null, int refinements = 4) : IFactorUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostSteps = 10;
    private const double Movement = 0.01;
    private const double FirstMomentum = 0.05; // small: momentum is at work from the second step on, there are only few
    private State? state;

    public void Update(Panel<T> factor, NormalEquations<T> equations, int maxThreads)
    {
        var first = state is null;
        state ??= new(projection, factor.Rows, factor.Columns, maxThreads);
        state.Problem.Load(factor, equations);
        if (state.Begin(mustProject: first))
        {
            state.Descend(steps ?? Math.Min(MostSteps, equations.InnerSteps()));
            if (refinements > 0) state.Refine(refinements);
        }
        state.Problem.Store(factor);
    }

    public void Restore(Panel<T> factor) => state?.Restore(factor);

    /// <summary>The iterate, its gradient, and the point ahead of it. Gradients are linear, so that each step forms only one.</summary>
    private sealed class State(IColumnProjection projection, int length, int rank, int maxThreads)
    {
        private readonly PenalizedSweep sweep = new(length, rank);
        private readonly Panel<double> ahead = new(rank, length);
        private readonly Panel<double> aheadGradient = new(rank, length);
        private readonly double[] thresholds = new double[rank];
        private Panel<double> candidate = new(rank, length);
        private Panel<double> candidateGradient = new(rank, length);
        private Panel<double> gradient = new(rank, length);
        private double lipschitz;

        public UnitColumns Problem { get; } = new(length, rank);

        /// <summary>False when the other factor is zero and nothing can be improved.</summary>
        public bool Begin(bool mustProject)
        {
            lipschitz = RankMatrix.LargestEigenvalueBound(Problem.Gram, rank);
            if (mustProject) projection.Project(Problem.Columns, thresholds);
            Array.Clear(thresholds);
            if (lipschitz <= 0) return false;
            Problem.Gradient(Problem.Columns, gradient, maxThreads);
            return true;
        }

        public void Restore(Panel<T> factor)
        {
            Problem.LoadColumns(factor);
            projection.Project(Problem.Columns, thresholds);
            Problem.Store(factor);
        }

        public void Descend(int steps)
        {
            var (momentum, first) = (FirstMomentum, 0.0);
            var fresh = true;
            Restart();
            for (var i = 0; i < steps; i++)
            {
                Step();
                if (Rise() > 0)
                {
                    if (fresh) return;
                    (momentum, fresh) = (FirstMomentum, true);
                    Restart();
                    continue;
                }
                var next = NextMomentum(momentum);
                var moved = Accept(momentum * (1 - momentum) / (momentum * momentum + next));
                (momentum, fresh) = (next, false);
                if (first <= 0) first = moved;
                if (moved <= Movement * Movement * first) return;
            }
        }

        public void Refine(int sweeps)
        {
            var penalties = new double[rank];
            for (var k = 0; k < rank; k++) penalties[k] = thresholds[k] * lipschitz;
            candidate.CopyFrom(Problem.Columns);
            for (var i = 0; i < sweeps; i++) sweep.Run(Problem, penalties, projection.Weights);
            projection.Project(Problem.Columns, thresholds);
            candidate = Problem.Exchange(candidate); // the refined columns are now the candidate
            Problem.Gradient(candidate, candidateGradient, maxThreads);
            if (Rise() < 0) candidate = Problem.Exchange(candidate);
        }

        /// <summary>α′ with α′² = (1 − α′)α² (Nesterov 2004, scheme 2.2.6, without strong convexity).</summary>
        private static double NextMomentum(double a) => (Math.Sqrt(a * a * a * a + 4 * a * a) - a * a) / 2;

        private void Restart()
        {
            ahead.CopyFrom(Problem.Columns);
            aheadGradient.CopyFrom(gradient);
        }

        /// <summary>candidate = P((ahead − ∇f(ahead) / L)₊).</summary>
        private void Step()
        {
            TensorPrimitives.MultiplyAdd(aheadGradient.Filled, -1 / lipschitz, ahead.Filled, candidate.Filled);
            TensorPrimitives.Max(candidate.Filled, 0.0, candidate.Filled);
            projection.Project(candidate, thresholds);
            Problem.Gradient(candidate, candidateGradient, maxThreads);
        }

        /// <summary>f(candidate) − f(columns) = ½⟨difference, sum of the gradients⟩: exact for a quadratic, with no cancellation.</summary>
        private double Rise()
        {
            Vector512<double> sum = default;
            Span<double> c = candidate.Filled, f = Problem.Columns.Filled, gc = candidateGradient.Filled, gf = gradient.Filled;
            for (var i = 0; i < c.Length; i += Vector512<double>.Count)
            {
                var difference = Vector512.Create<double>(c[i..]) - Vector512.Create<double>(f[i..]);
                sum = Lane.MultiplyAdd(difference, Vector512.Create<double>(gc[i..]) + Vector512.Create<double>(gf[i..]), sum);
            }
            return 0.5 * Vector512.Sum(sum);
        }

        /// <summary>Makes the candidate the iterate, looks ahead by the momentum, and returns the squared length of the move.</summary>
        private double Accept(double momentum)
        {
            var m = Vector512.Create(momentum);
            Vector512<double> moved = default;
            Span<double> c = candidate.Filled, f = Problem.Columns.Filled, gc = candidateGradient.Filled, gf = gradient.Filled;
            Span<double> y = ahead.Filled, gy = aheadGradient.Filled;
            for (var i = 0; i < c.Length; i += Vector512<double>.Count)
            {
                Vector512<double> value = Vector512.Create<double>(c[i..]), slope = Vector512.Create<double>(gc[i..]);
                var move = value - Vector512.Create<double>(f[i..]);
                Lane.MultiplyAdd(m, move, value).CopyTo(y[i..]);
                Lane.MultiplyAdd(m, slope - Vector512.Create<double>(gf[i..]), slope).CopyTo(gy[i..]);
                moved = Lane.MultiplyAdd(move, move, moved);
            }
            candidate = Problem.Exchange(candidate);
            (gradient, candidateGradient) = (candidateGradient, gradient);
            return Vector512.Sum(moved);
        }
    }
}
