using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// PSNMF, cPSNMF and WSNMF (Ohib et al., TMLR 2022, section 4.3): Nesterov's fast gradient, every step projected on the sparsity constraint,
/// then the support refined by exact column updates at the multiplier that the last projection found. A step with momentum that would
/// raise the objective is taken again without; a refinement that would raise it is dropped. So the objective does not rise.
/// </summary>
internal sealed class ProjectedGradientUpdate<T>(IColumnProjection<T> projection, int? steps = null, int refinements = 2) : IFactorUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostSteps = 10;
    private const double Movement = 0.01;
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

    /// <summary>The iterate, its gradient, and the point ahead of it. Gradients are linear, so that each step forms only one.</summary>
    private sealed class State(IColumnProjection<T> projection, int length, int rank, int maxThreads)
    {
        private readonly PenalizedSweep<T> sweep = new(length, rank);
        private readonly Panel<T> ahead = new(rank, length);
        private readonly Panel<T> aheadGradient = new(rank, length);
        private readonly double[] thresholds = new double[rank];
        private Panel<T> candidate = new(rank, length);
        private Panel<T> candidateGradient = new(rank, length);
        private Panel<T> gradient = new(rank, length);
        private double lipschitz;

        public UnitColumns<T> Problem { get; } = new(length, rank);

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

        public void Descend(int steps)
        {
            var (momentum, first) = (1.0, 0.0);
            Restart();
            for (var i = 0; i < steps; i++)
            {
                Step();
                if (Rise() > 0)
                {
                    if (momentum <= 1) return;
                    momentum = 1;
                    Restart();
                    continue;
                }
                var next = (1 + Math.Sqrt(1 + 4 * momentum * momentum)) / 2;
                var moved = Accept((momentum - 1) / next);
                momentum = next;
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

        private void Restart()
        {
            ahead.CopyFrom(Problem.Columns);
            aheadGradient.CopyFrom(gradient);
        }

        /// <summary>candidate = P((ahead − ∇f(ahead) / L)₊).</summary>
        private void Step()
        {
            TensorPrimitives.MultiplyAdd(aheadGradient.Filled, T.CreateTruncating(-1 / lipschitz), ahead.Filled, candidate.Filled);
            TensorPrimitives.Max(candidate.Filled, T.Zero, candidate.Filled);
            projection.Project(candidate, thresholds);
            Problem.Gradient(candidate, candidateGradient, maxThreads);
        }

        /// <summary>f(candidate) − f(columns) = ½⟨difference, sum of the gradients⟩: exact for a quadratic, with no cancellation.</summary>
        private double Rise()
        {
            Vector512<T> sum = default;
            Span<T> c = candidate.Filled, f = Problem.Columns.Filled, gc = candidateGradient.Filled, gf = gradient.Filled;
            for (var i = 0; i < c.Length; i += Vector512<T>.Count)
            {
                var difference = Vector512.Create<T>(c[i..]) - Vector512.Create<T>(f[i..]);
                sum = Lane.MultiplyAdd(difference, Vector512.Create<T>(gc[i..]) + Vector512.Create<T>(gf[i..]), sum);
            }
            return 0.5 * double.CreateTruncating(Vector512.Sum(sum));
        }

        /// <summary>Makes the candidate the iterate, looks ahead by the momentum, and returns the squared length of the move.</summary>
        private double Accept(double momentum)
        {
            var m = Vector512.Create(T.CreateTruncating(momentum));
            Vector512<T> moved = default;
            Span<T> c = candidate.Filled, f = Problem.Columns.Filled, gc = candidateGradient.Filled, gf = gradient.Filled;
            Span<T> y = ahead.Filled, gy = aheadGradient.Filled;
            for (var i = 0; i < c.Length; i += Vector512<T>.Count)
            {
                Vector512<T> value = Vector512.Create<T>(c[i..]), slope = Vector512.Create<T>(gc[i..]);
                var move = value - Vector512.Create<T>(f[i..]);
                Lane.MultiplyAdd(m, move, value).CopyTo(y[i..]);
                Lane.MultiplyAdd(m, slope - Vector512.Create<T>(gf[i..]), slope).CopyTo(gy[i..]);
                moved = Lane.MultiplyAdd(move, move, moved);
            }
            candidate = Problem.Exchange(candidate);
            (gradient, candidateGradient) = (candidateGradient, gradient);
            return double.CreateTruncating(Vector512.Sum(moved));
        }
    }
}
