using System.Numerics;
using GspMl.Core.Tests.Oracle;
using GspMl.Projection;

namespace GspMl.Core.Tests.Projection;

public class OracleTests
{
    [Fact]
    public void There_are_66_groups() => Assert.Equal(66, OracleCase.All.Count);

    [Theory]
    [MemberData(nameof(OracleCase.Names), MemberType = typeof(OracleCase))]
    public void In_double_the_authors_answer_is_met_to_1e_9(string name) => Compare<double>(OracleCase.Named(name), 1e-9, 1e-10);

    [Theory]
    [MemberData(nameof(OracleCase.Names), MemberType = typeof(OracleCase))]
    public void In_float_the_authors_answer_is_met_to_1e_5(string name) => Compare<float>(OracleCase.Named(name), 1e-5, 1e-6);

    private static void Compare<T>(OracleCase oracle, double relative, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var group = new VectorGroup<T>();
        var vectors = oracle.X.Select(x => x.Select(T.CreateTruncating).ToArray()).ToArray();
        for (var i = 0; i < vectors.Length; i++)
        {
            var weights = oracle.W?[i].Select(T.CreateTruncating).ToArray();
            group.Add(vectors[i], VectorLayout.Rows(1, vectors[i].Length), weights);
        }

        var result = new GspProjector<T>().Project(group, SparsityTarget.Hoyer(oracle.Sparsity));

        if (oracle.Discontinuous)
        {
            Assert.True(result.Sparsity >= oracle.Sparsity - tolerance, $"{result}");
            return;
        }
        Assert.InRange(result.Sparsity, oracle.Achieved - tolerance, oracle.Achieved + tolerance);
        Assert.InRange(result.Multiplier, oracle.Mu * (1 - relative) - tolerance, oracle.Mu * (1 + relative) + tolerance);
        for (var i = 0; i < vectors.Length; i++)
        {
            var largest = oracle.Expected[i].Max(Math.Abs);
            for (var j = 0; j < vectors[i].Length; j++)
            {
                var difference = Math.Abs(double.CreateTruncating(vectors[i][j]) - oracle.Expected[i][j]);
                Assert.True(difference <= relative * largest, $"vector {i}, entry {j}: {vectors[i][j]} instead of {oracle.Expected[i][j]}");
            }
        }
    }
}
