using System.Numerics;
using GspMl.Projection;
using GspMl.Projection.Solving;

namespace GspMl.Core.Tests.Projection.Solving;

/// <summary>
/// The projection without any economy, as the specification of the fast one: everything is kept in double, every evaluation goes through
/// all entries one by one, and the multiplier is found by bisection where Newton's method stalls.
/// </summary>
internal sealed unsafe class ReferenceSolver<T>(ProjectionOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly record struct VectorState(long Start, int Length, double Scale, double Rate, double Beta, double WeightNorm,
        bool Counted, bool Zero, bool Weighted);

    private readonly record struct Sums(double P, double Q, double W);

    private readonly record struct Solution(double Nu, double Fill, double NuBelow, long DropTied, ProjectionEnding Ending, int Iterations);

    private readonly List<VectorSource<T>> sources = [];
    private VectorState[] states = [];
    private double[] sparsities = [];
    private double[] magnitudes = [];
    private double[] weights = [];
    private double[] output = [];
    private int vectors;
    private long entries, counted, zeroVectors, undefined;
    private double globalScale;
    private bool oneHotStays;

    public ReadOnlySpan<double> VectorSparsities => sparsities.AsSpan(0, vectors);

    private double Tolerance => options.Tolerance ?? (typeof(T) == typeof(float) ? 1e-6 : 1e-10);

    public void Begin()
    {
        sources.Clear();
        (vectors, entries, counted, zeroVectors, undefined) = (0, 0, 0, 0, 0);
    }

    public void Add(VectorSource<T> source) => sources.Add(source);

    public ProjectionResult Solve(SparsityTarget target, CancellationToken cancel)
    {
        Load();
        oneHotStays = target.IsZeros;
        cancel.ThrowIfCancellationRequested();
        var solution = target.IsZeros ? SolveZeros(target.Value, cancel) : SolveHoyer(target.Value, cancel);
        cancel.ThrowIfCancellationRequested();
        return Write(solution);
    }

    public ProjectionResult Apply(double multiplier)
    {
        Load();
        return Write(new(multiplier * globalScale, double.NaN, 0, 0, multiplier == 0 ? ProjectionEnding.Unchanged : ProjectionEnding.Met,
            0));
    }

    public SparsityAtMultiplier SparsityAt(double multiplier)
    {
        Load();
        var (sparsity, slope) = Evaluate(multiplier * globalScale);
        return new(sparsity, slope * globalScale, counted);
    }

    private void Load()
    {
        var (count, total) = (0L, 0L);
        foreach (var s in sources) (count, total) = (count + s.Layout.Count, total + (long)s.Layout.Count * s.Layout.Length);
        if (states.Length < count) (states, sparsities) = (new VectorState[count], new double[count]);
        if (magnitudes.Length < total) (magnitudes, weights) = (new double[total], new double[total]);
        vectors = (int)count;
        globalScale = double.PositiveInfinity;
        var v = 0;
        foreach (var source in sources)
        {
            for (var i = 0; i < source.Layout.Count; i++) LoadVector(source, i, v++);
        }
        if (options.UnitNorm || double.IsPositiveInfinity(globalScale)) globalScale = 1;
        for (v = 0; v < vectors; v++)
        {
            ref var state = ref states[v];
            if (state.Counted && !state.Zero && !options.UnitNorm)
                state = state with { Rate = Math.Min(1e200, state.Beta * (state.Scale / globalScale)) };
        }
    }

    private void LoadVector(in VectorSource<T> source, int i, int v)
    {
        var (layout, n, start) = (source.Layout, source.Layout.Length, entries);
        entries += n;
        double largest = 0, largestWeight = source.HasWeights ? 0 : 1;
        for (var j = 0; j < n; j++)
        {
            var offset = i * layout.VectorStride + j * layout.ElementStride;
            var x = double.CreateTruncating(source.Source[offset]);
            if (!double.IsFinite(x)) throw new ArgumentException($"Entry {j} of vector {v} is {x}; entries must be finite.");
            magnitudes[start + j] = Math.Abs(x);
            largest = Math.Max(largest, Math.Abs(x));
            var w = 1.0;
            if (source.HasWeights)
            {
                w = double.CreateTruncating(source.Weights[source.SharedWeights ? j : offset]);
                if (!double.IsFinite(w) || w < 0)
                    throw new ArgumentException($"Weight {j} of vector {v} is {w}; weights must be finite and at least 0.");
            }
            weights[start + j] = w;
            largestWeight = Math.Max(largestWeight, w);
        }
        if (n > 0 && largestWeight == 0) throw new ArgumentException($"All weights of vector {v} are 0; at least one must be positive.");
        if (n < 2)
        {
            undefined++;
            states[v] = new(start, n, 1, 0, 0, 0, false, false, false);
            return;
        }
        counted++;
        if (largest == 0) zeroVectors++;
        var scale = largest == 0 ? 1 : PowerOfTwo.ToScale(largest);
        var weightScale = PowerOfTwo.ToScale(largestWeight);
        double squares = 0, norm = 0, least = double.PositiveInfinity;
        for (var j = start; j < start + n; j++)
        {
            magnitudes[j] *= scale;
            weights[j] *= weightScale;
            norm += magnitudes[j] * magnitudes[j];
            squares += weights[j] * weights[j];
            least = Math.Min(least, weights[j]);
        }
        var beta = 1 / (Math.Sqrt(squares) - least);
        if (largest != 0) globalScale = Math.Min(globalScale, scale);
        states[v] = new(start, n, scale, beta * Math.Sqrt(norm), beta, Math.Sqrt(squares), true, largest == 0, source.HasWeights);
    }

    private static double Threshold(in VectorState state, double nu) => Math.Min(1e300, nu * state.Rate);

    private (double Sparsity, double Slope) Evaluate(double nu)
    {
        double sum = 0, slope = 0;
        for (var v = 0; v < vectors; v++)
        {
            ref var state = ref states[v];
            if (!state.Counted) continue;
            if (state.Zero)
            {
                sum += 1;
                continue;
            }
            var sums = SumsAt(state, Threshold(state, nu));
            sum += SparsityOf(state, sums, nu);
            if (sums.Q > 0) slope += state.Beta * state.Rate * Math.Max(0, sums.W - sums.P * sums.P / sums.Q) / Math.Sqrt(sums.Q);
        }
        return counted == 0 ? (1, 0) : (sum / counted, slope / counted);
    }

    private double SparsityOf(in VectorState state, Sums sums, double nu)
    {
        var product = sums.Q > 0 ? sums.P / Math.Sqrt(sums.Q) : weights[OneHot(state, Threshold(state, nu))];
        return state.Beta * (state.WeightNorm - product);
    }

    private Sums SumsAt(in VectorState state, double tau)
    {
        double p = 0, q = 0, w = 0;
        for (var j = state.Start; j < state.Start + state.Length; j++)
        {
            var d = magnitudes[j] - tau * weights[j];
            if (d <= 0) continue;
            p += weights[j] * d;
            q += d * d;
            w += weights[j] * weights[j];
        }
        return new(p, q, w);
    }

    private long OneHot(in VectorState state, double tau)
    {
        var best = state.Start;
        double bestValue = double.NegativeInfinity;
        for (var j = state.Start; j < state.Start + state.Length; j++)
        {
            if (oneHotStays && magnitudes[j] == 0) continue;
            var value = magnitudes[j] - tau * weights[j];
            if (value > bestValue || (value == bestValue && weights[j] < weights[best])) (best, bestValue) = (j, value);
        }
        return best;
    }

    private Solution SolveHoyer(double target, CancellationToken cancel)
    {
        var (value, slope) = Evaluate(0);
        if (value >= target - Tolerance && target < 1 || value >= target) return new(0, double.NaN, 0, 0, ProjectionEnding.Unchanged, 1);
        double low = 0, high = double.PositiveInfinity, nu = 0, previous = double.PositiveInfinity;
        var gap = value - target;
        var accept = target < 1 ? Tolerance : 0;
        var polish = 0;
        for (var iterations = 1; ; iterations++)
        {
            cancel.ThrowIfCancellationRequested();
            if (Math.Abs(gap) <= accept && (Math.Abs(gap) < 1e-15 || polish++ == 3))
                return new(nu, double.NaN, 0, 0, ProjectionEnding.Met, iterations);
            if (target == 1 && gap >= -1e-14) return new(nu, double.NaN, 0, 0, ProjectionEnding.Met, iterations);
            if (gap < 0) low = nu;
            else high = nu;
            var next = nu - gap / slope;
            var stalled = Math.Abs(gap) > 0.5 * previous;
            if (!(next > low && next < high) || stalled || target == 1)
                next = double.IsPositiveInfinity(high) ? (low == 0 ? 1 : 2 * low) : low + (high - low) / 2;
            if (next <= low || next >= high || high - low <= 4 * double.Epsilon)
                return polish > 0 ? new(nu, double.NaN, 0, 0, ProjectionEnding.Met, iterations) : AtJump(target, low, high, iterations);
            previous = Math.Abs(gap);
            nu = next;
            (value, slope) = Evaluate(nu);
            gap = value - target;
        }
    }

    /// <summary>At a multiplier where the sparsity jumps: vectors whose largest entries tie can take any sparsity in between.</summary>
    private Solution AtJump(double target, double low, double high, int iterations)
    {
        double fixedSum = 0, least = 0, most = 0;
        for (var v = 0; v < vectors; v++)
        {
            ref var state = ref states[v];
            if (!state.Counted) continue;
            if (state.Zero) fixedSum += 1;
            else if (Tied(state, low, high, out var weightNorm, out var leastWeight, out _))
            {
                least += state.Beta * (state.WeightNorm - weightNorm);
                most += state.Beta * (state.WeightNorm - leastWeight);
            }
            else fixedSum += SparsityOf(state, SumsAt(state, Threshold(state, high)), high);
        }
        var fill = most > least ? (target * counted - fixedSum - least) / (most - least) : double.NaN;
        return fill is >= 0 and <= 1
            ? new(high, fill, low, 0, ProjectionEnding.MetAtTie, iterations)
            : new(high, fill < 0 ? 0 : double.NaN, low, 0, ProjectionEnding.JumpedOver, iterations);
    }

    private bool Tied(in VectorState state, double low, double high, out double weightNorm, out double leastWeight, out long leastAt)
    {
        (weightNorm, leastWeight, leastAt) = (0, double.PositiveInfinity, -1);
        var (below, above) = (Threshold(state, low) * (1 - 2e-15), Threshold(state, high));
        var tied = 0;
        for (var j = state.Start; j < state.Start + state.Length; j++)
        {
            if (magnitudes[j] == 0) continue;
            if (magnitudes[j] - above * weights[j] > 0) return false;
            if (magnitudes[j] - below * weights[j] <= 0) continue;
            tied++;
            weightNorm += weights[j] * weights[j];
            if (weights[j] < leastWeight) (leastWeight, leastAt) = (weights[j], j);
        }
        weightNorm = Math.Sqrt(weightNorm);
        return tied > 1;
    }

    private Solution SolveZeros(double fraction, CancellationToken cancel)
    {
        var wanted = (long)Math.Ceiling(fraction * entries - 1e-9 * Math.Min(1, entries));
        if (CountZeros(0) >= wanted) return new(0, double.NaN, 0, 0, ProjectionEnding.Unchanged, 1);
        var breakpoints = new List<double>();
        for (var v = 0; v < vectors; v++)
        {
            ref var state = ref states[v];
            if (!state.Counted || state.Zero) continue;
            for (var j = state.Start; j < state.Start + state.Length; j++)
            {
                if (weights[j] > 0 && magnitudes[j] > 0) breakpoints.Add(magnitudes[j] / (weights[j] * state.Rate));
            }
        }
        breakpoints.Sort();
        cancel.ThrowIfCancellationRequested();
        int lowIndex = -1, highIndex = breakpoints.Count - 1, iterations = 1;
        if (highIndex < 0 || CountZeros(Above(breakpoints[highIndex])) < wanted)
            return new(highIndex < 0 ? 0 : Above(breakpoints[highIndex]), double.NaN, 0, 0, ProjectionEnding.Unreachable, iterations);
        while (highIndex - lowIndex > 1)
        {
            var middle = (highIndex + lowIndex) / 2;
            iterations++;
            if (CountZeros(Above(breakpoints[middle])) >= wanted) highIndex = middle;
            else lowIndex = middle;
        }
        var (below, at) = (lowIndex < 0 ? 0 : Above(breakpoints[lowIndex]), Above(breakpoints[highIndex]));
        if (CountZeros(at) == wanted) return new(at, double.NaN, 0, 0, ProjectionEnding.Met, iterations);
        return new(at, double.NaN, below, wanted - CountZeros(below), ProjectionEnding.MetAtTie, iterations);
    }

    private static double Above(double breakpoint) => breakpoint * (1 + 1e-15);

    private long CountZeros(double nu)
    {
        var zeros = 0L;
        for (var v = 0; v < vectors; v++)
        {
            ref var state = ref states[v];
            var tau = Threshold(state, nu);
            var kept = 0;
            for (var j = state.Start; j < state.Start + state.Length; j++)
            {
                if (magnitudes[j] - tau * weights[j] > 0) kept++;
            }
            if (state.Counted && !state.Zero && kept == 0) kept = 1;
            zeros += state.Length - kept;
        }
        return zeros;
    }

    private ProjectionResult Write(Solution solution)
    {
        long zeros = 0;
        double sum = 0;
        var drop = solution.DropTied;
        var v = 0;
        foreach (var source in sources)
        {
            if (output.Length < source.Layout.Length) output = new double[source.Layout.Length];
            for (var i = 0; i < source.Layout.Count; i++, v++)
            {
                ref var state = ref states[v];
                var changed = state.Counted && !state.Zero && solution.Ending != ProjectionEnding.Unchanged;
                sparsities[v] = !state.Counted ? double.NaN
                    : state.Zero ? 1
                    : !changed ? SparsityOf(state, SumsAt(state, 0), 0)
                    : Compute(state, solution, ref drop);
                if (state.Counted) sum += sparsities[v];
                zeros += Store(source, i, state, changed);
            }
        }
        return new()
        {
            Multiplier = (solution.DropTied > 0 ? solution.NuBelow : solution.Nu) / globalScale,
            Sparsity = counted == 0 ? 1 : sum / counted,
            Zeros = entries == 0 ? 0 : (double)zeros / entries,
            Iterations = solution.Iterations,
            Ending = solution.Ending,
            Vectors = counted,
            ZeroVectors = zeroVectors,
            UndefinedVectors = undefined,
        };
    }

    private double Compute(in VectorState state, in Solution solution, ref long drop)
    {
        var x = output.AsSpan(0, state.Length);
        var y = magnitudes.AsSpan((int)state.Start, state.Length);
        var w = weights.AsSpan((int)state.Start, state.Length);
        x.Clear();
        if (!double.IsNaN(solution.Fill) && Tied(state, solution.NuBelow, solution.Nu, out var weightNorm, out var leastWeight,
            out var leastAt))
            return ComputeTie(state, solution, weightNorm, leastWeight, leastAt);

        var tau = Threshold(state, solution.DropTied > 0 ? solution.NuBelow : solution.Nu);
        var tauTied = Threshold(state, solution.Nu);
        var survivor = OneHot(state, tauTied) - state.Start;
        var any = SumsAt(state, tauTied).Q > 0;
        double p = 0, q = 0;
        for (var j = 0; j < x.Length; j++)
        {
            var d = y[j] - tau * w[j];
            if (d <= 0) continue;
            if (drop > 0 && y[j] - tauTied * w[j] <= 0 && (any || j != survivor))
            {
                drop--;
                continue;
            }
            x[j] = d;
            p += w[j] * d;
            q += d * d;
        }
        if (q > 0)
        {
            var ratio = 1 + tau * p / q;
            for (var j = 0; j < x.Length; j++) x[j] *= ratio;
            return state.Beta * (state.WeightNorm - p / Math.Sqrt(q));
        }
        x[(int)survivor] = y[(int)survivor];
        return state.Beta * (state.WeightNorm - w[(int)survivor]);
    }

    /// <summary>A unit vector on the arc from the tied weights to the one-hot vector at their least weight, with the wanted wᵀu.</summary>
    private double ComputeTie(in VectorState state, in Solution solution, double weightNorm, double leastWeight, long leastAt)
    {
        var product = (1 - solution.Fill) * weightNorm + solution.Fill * leastWeight;
        var p = leastWeight / weightNorm;
        var cos = Math.Min(1, product / weightNorm);
        var b = Math.Sqrt(Math.Max(0, 1 - cos * cos)) / Math.Sqrt(1 - p * p);
        var a = Math.Max(0, cos - b * p);
        var below = Threshold(state, solution.NuBelow) * (1 - 2e-15);
        double alpha = 0;
        for (var j = 0; j < state.Length; j++)
        {
            var at = state.Start + j;
            if (magnitudes[at] == 0 || magnitudes[at] - below * weights[at] <= 0) continue;
            output[j] = a * weights[at] / weightNorm + (at == leastAt ? b : 0);
            alpha += magnitudes[at] * output[j];
        }
        for (var j = 0; j < state.Length; j++) output[j] *= alpha;
        return state.Beta * (state.WeightNorm - product);
    }

    private long Store(in VectorSource<T> source, int i, in VectorState state, bool changed)
    {
        var zeros = 0L;
        for (var j = 0; j < state.Length; j++)
        {
            var offset = i * source.Layout.VectorStride + j * source.Layout.ElementStride;
            var before = source.Source[offset];
            var after = !changed || (output[j] > 0 && options.Values == ProjectionValues.Original) ? before
                : T.CopySign(T.CreateTruncating(output[j] / state.Scale), before);
            if (changed && output[j] == 0) after = T.Zero;
            if (after == T.Zero) zeros++;
            if (source.Destination != null) source.Destination[offset] = after;
            if (source.Mask != null) source.Mask[offset] = after != T.Zero;
        }
        return zeros;
    }
}
