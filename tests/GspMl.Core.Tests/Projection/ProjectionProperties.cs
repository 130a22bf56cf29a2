using FsCheck;
using FsCheck.Fluent;
using GspMl.Projection;

namespace GspMl.Core.Tests.Projection;

/// <summary>What holds of every projection, for groups drawn at random: ragged or not, weighted or not, with zeros and with ties.</summary>
public class ProjectionProperties
{
    /// <param name="Vectors">The vectors.</param>
    /// <param name="Weights">A weight for each entry, or null.</param>
    /// <param name="Target">The average sparsity wanted.</param>
    public sealed record Group(double[][] Vectors, double[][]? Weights, double Target)
    {
        public override string ToString() => $"s = {Target}: {Lines(Vectors)}{(Weights is null ? "" : $" weights {Lines(Weights)}")}";

        private static string Lines(double[][] rows) => string.Join(" | ", rows.Select(row => string.Join(" ", row)));
    }

    private static Gen<Group> Groups(bool weighted) =>
        from count in Gen.Choose(1, 6)
        from lengths in Gen.Choose(2, 40).ArrayOf(count)
        from step in Gen.Elements(0, 0, 0.25, 1)
        from scale in Gen.Elements(1e-8, 1, 1e6)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from target in Gen.Choose(0, 1000)
        select Drawn(lengths, step, scale, seed, target / 1000.0, weighted);

    private static Group Drawn(int[] lengths, double step, double scale, int seed, double target, bool weighted)
    {
        var random = new Random(seed);
        double Entry()
        {
            var value = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return scale * (random.Next(8) == 0 ? 0 : step > 0 ? Math.Round(value / step) * step : value);
        }
        var vectors = lengths.Select(n => Enumerable.Range(0, n).Select(_ => Entry()).ToArray()).ToArray();
        return new(vectors, weighted ? [.. lengths.Select(n => Enumerable.Range(0, n).Select(_ => 0.25 + random.NextDouble())
            .ToArray())] : null, target);
    }

    private static (double[][] X, ProjectionResult Result) Projected(Group group)
    {
        var (x, blocks) = (group.Vectors.Select(v => v.ToArray()).ToArray(), new VectorGroup<double>());
        for (var i = 0; i < x.Length; i++) blocks.Add(x[i], VectorLayout.Rows(1, x[i].Length), group.Weights?[i]);
        return (x, new GspProjector<double>().Project(blocks, SparsityTarget.Hoyer(group.Target)));
    }

    private static double Average(Group group, double[][] x) =>
        x.Select((v, i) => group.Weights is null ? HoyerSparsity.Of<double>(v) : HoyerSparsity.Of<double>(v, group.Weights[i])).Average();

    private static void ForAll(Func<Group, bool> holds, bool weighted = true)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20260101UL, 1UL);
        Prop.ForAll(Groups(false).ToArbitrary(), holds).Check(config);
        if (weighted) Prop.ForAll(Groups(true).ToArbitrary(), holds).Check(config);
    }

    [Fact]
    public void The_target_is_met_and_only_passed_where_the_sparsity_jumps() => ForAll(group =>
    {
        var (x, result) = Projected(group);
        var average = Average(group, x);
        return average >= group.Target - 1e-9
            && Math.Abs(average - result.Sparsity) < 1e-9
            && (result.Ending is ProjectionEnding.JumpedOver or ProjectionEnding.Unchanged || Math.Abs(average - group.Target) < 1e-9);
    });

    [Fact]
    public void Without_weights_no_jump_is_left() =>
        ForAll(group => Projected(group).Result.Ending != ProjectionEnding.JumpedOver, weighted: false);

    [Fact]
    public void Signs_stay_and_the_support_only_shrinks() => ForAll(group =>
    {
        var (x, _) = Projected(group);
        return x.Zip(group.Vectors).All(pair => pair.First.Zip(pair.Second)
            .All(entry => entry.First == 0 || Math.Sign(entry.First) == Math.Sign(entry.Second)));
    });

    [Fact]
    public void What_is_sparse_enough_is_returned_as_it_is() => ForAll(group =>
    {
        var enough = group with { Target = Math.Max(0, Average(group, group.Vectors) - 1e-6) };
        var (x, result) = Projected(enough);
        return result.Ending == ProjectionEnding.Unchanged && x.Zip(group.Vectors).All(pair => pair.First.SequenceEqual(pair.Second));
    });

    [Fact]
    public void A_projection_projected_again_stays() => ForAll(group =>
    {
        var (x, _) = Projected(group);
        return Projected(group with { Vectors = x }).Result.Ending == ProjectionEnding.Unchanged;
    });

    [Fact]
    public void Vectors_in_another_order_give_the_same_in_that_order() => ForAll(group =>
    {
        var reversed = group with { Vectors = [.. group.Vectors.Reverse()], Weights = group.Weights?.Reverse().ToArray() };
        return Close(Projected(group).X, [.. Projected(reversed).X.Reverse()]);
    });

    [Fact]
    public void A_power_of_two_passes_through() => ForAll(group =>
    {
        var scaled = group with { Vectors = [.. group.Vectors.Select(v => v.Select(c => c * 1024).ToArray())] };
        return Close([.. Projected(group).X.Select(v => v.Select(c => c * 1024).ToArray())], Projected(scaled).X);
    });

    /// <summary>
    /// Weak duality: for every feasible choice of unit vectors Σ|c|ᵀu ≤ Σ max_u (|c| − μβw)ᵀu + μ(Σβ‖w‖ − rs). The projection's own value
    /// must come up to this bound wherever it meets the target exactly, so that none is better.
    /// </summary>
    [Fact]
    public void No_feasible_point_is_nearer() => ForAll(group =>
    {
        var (x, result) = Projected(group);
        if (result.Ending is not (ProjectionEnding.Met or ProjectionEnding.MetAtTie)) return true;
        double value = 0, bound = -result.Multiplier * group.Target * x.Length;
        for (var i = 0; i < x.Length; i++)
        {
            var c = group.Vectors[i];
            var w = group.Weights?[i] ?? [.. Enumerable.Repeat(1.0, c.Length)];
            var (norm, least) = (Math.Sqrt(w.Sum(v => v * v)), w.Min());
            var beta = 1 / (norm - least);
            if (c.All(v => v == 0))
            {
                bound += result.Multiplier;
                continue;
            }
            var excess = c.Select((v, j) => Math.Abs(v) - result.Multiplier * beta * w[j]).ToArray();
            var positive = Math.Sqrt(excess.Sum(e => e > 0 ? e * e : 0));
            bound += (positive > 0 ? positive : excess.Max()) + result.Multiplier * beta * norm;
            value += Math.Sqrt(x[i].Sum(v => v * v));
        }
        return value >= bound - 1e-8 * Math.Abs(bound);
    });

    [Fact]
    public void A_fraction_of_zeros_is_met_to_the_entry() => ForAll(group =>
    {
        var (x, blocks) = (group.Vectors.Select(v => v.ToArray()).ToArray(), new VectorGroup<double>());
        for (var i = 0; i < x.Length; i++) blocks.Add(x[i], VectorLayout.Rows(1, x[i].Length), group.Weights?[i]);
        var result = new GspProjector<double>().Project(blocks, SparsityTarget.Zeros(group.Target));
        var zeros = x.Sum(v => v.Count(e => e == 0));
        return result.Ending switch
        {
            ProjectionEnding.Unchanged => zeros >= group.Target * blocks.Entries - 1e-9,
            ProjectionEnding.Unreachable => x.All(v => v.Count(e => e != 0) <= 1),
            _ => zeros == Math.Ceiling(group.Target * blocks.Entries * (1 - 1e-15)) && result.Zeros == (double)zeros / blocks.Entries,
        };
    });

    private static bool Close(double[][] expected, double[][] actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var largest = expected[i].Max(Math.Abs);
            if (expected[i].Zip(actual[i]).Any(pair => Math.Abs(pair.First - pair.Second) > 1e-8 * largest)) return false;
        }
        return true;
    }
}
