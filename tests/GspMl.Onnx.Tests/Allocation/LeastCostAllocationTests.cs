using GspMl.Onnx.Allocation;

namespace GspMl.Onnx.Tests.Allocation;

public class LeastCostAllocationTests
{
    /// <summary>Convex costs at every number of weights: then the greedy walk must equal the best of all combinations.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void It_finds_the_optimum_of_all_combinations(int seed)
    {
        var random = new Random(seed);
        var layers = Enumerable.Range(0, 3).Select(_ => Convex(random, weights: 7)).ToList();
        for (var budget = 0; budget <= 21; budget++)
        {
            var chosen = LeastCostAllocation.Choose(layers, budget);
            var best = All(layers).Where(combination => combination.Sum(level => level.Keep) <= budget)
                .Min(combination => combination.Sum(level => level.Cost));
            Assert.True(chosen.Sum() <= budget);
            Assert.Equal(best, layers.Zip(chosen, (levels, keep) => levels.Single(level => level.Keep == keep).Cost).Sum(), 1e-9);
        }
    }

    [Fact]
    public void The_budget_is_met_exactly_between_levels()
    {
        IReadOnlyList<SparsityLevel> first = [new(1000, 0), new(500, 1), new(100, 9)];
        IReadOnlyList<SparsityLevel> second = [new(400, 0), new(200, 4)];
        Assert.Equal([1000L - 321, 400L], LeastCostAllocation.Choose([first, second], 1079));
    }

    [Fact]
    public void A_budget_below_all_levels_gives_the_lowest()
        => Assert.Equal([3L, 5L], LeastCostAllocation.Choose([[new(10, 0), new(3, 1)], [new(20, 0), new(5, 1)]], 2));

    [Fact]
    public void Levels_above_the_hull_are_passed_over()
    {
        var hull = LeastCostAllocation.Hull([new(100, 0), new(80, 50), new(50, 1), new(40, 0.5), new(10, 20)]);
        Assert.Equal([100L, 40L, 10L], hull.Select(level => level.Keep));
    }

    private static List<SparsityLevel> Convex(Random random, int weights)
    {
        var rates = Enumerable.Range(0, weights).Select(_ => random.NextDouble()).Order().ToArray();
        return [.. Enumerable.Range(0, weights + 1).Select(gone => new SparsityLevel(weights - gone, rates.Take(gone).Sum()))];
    }

    private static IEnumerable<SparsityLevel[]> All(List<List<SparsityLevel>> layers)
        => layers.Aggregate(new SparsityLevel[][] { [] }.AsEnumerable(), (combinations, levels)
            => combinations.SelectMany(_ => levels, (start, level) => start.Append(level).ToArray()));
}
