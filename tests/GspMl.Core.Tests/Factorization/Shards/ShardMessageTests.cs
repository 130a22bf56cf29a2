using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;

namespace GspMl.Core.Tests.Factorization.Shards;

public class ShardMessageTests
{
    private static readonly float[] Basis = Matrices.Random<float>(200, 9, 1).Values;

    public static TheoryData<ShardRequest<float>> Requests =>
    [
        new ShardRequest<float>.Open(),
        new ShardRequest<float>.Begin
        {
            Number = 1,
            Basis = Basis,
            Rank = 9,
            FirstRow = 1L << 40,
            Seed = -3,
            Halvings = -7,
            Algorithm = NmfAlgorithm.NeNmf,
            InnerSteps = 12,
        },
        new ShardRequest<float>.Scale { Number = 2, Factor = 0.3 },
        new ShardRequest<float>.Fit { Number = 3, Basis = Basis, Verdict = ShardVerdict.Keep, Ahead = 0.25 },
        new ShardRequest<float>.Fit { Number = 4, Basis = Basis },
        new ShardRequest<float>.Resolve { Number = 5, Verdict = ShardVerdict.Reject, Ahead = 1 },
        new ShardRequest<float>.Finish { Number = 6, Basis = Basis, Verdict = ShardVerdict.Accept },
    ];

    [Theory]
    [MemberData(nameof(Requests), DisableDiscoveryEnumeration = true)]
    public void Requests_come_back_from_their_bytes_which_are_few_more_than_the_basis(ShardRequest<float> request)
    {
        var bytes = request.ToBytes();
        var back = ShardRequest<float>.FromBytes(bytes);
        Assert.Equal(Values(request), Values(back));
        Assert.Equal(Plain(request), Plain(back));
        Assert.InRange(bytes.Length, 0, (4 * Values(request).Length) + 100);
        Assert.Throws<InvalidDataException>(() => ShardRequest<float>.FromBytes(bytes.AsMemory(0, bytes.Length - 1)));
        Assert.Throws<InvalidDataException>(() => ShardRequest<double>.FromBytes(bytes));
    }

    [Fact]
    public void Answers_come_back_from_their_bytes_which_are_few_more_than_their_arrays()
    {
        var sums = new ShardSums<float>
        {
            Features = 200,
            Samples = 1L << 40,
            StoredValues = 5,
            Total = 1.5,
            SquaredNorm = 2.5,
            Alignment = 3.5,
            Residual = 4.5,
            Product = Basis,
            Gram = new double[81],
            FittedGram = new double[] { 1, 2, 3 },
            ColumnSums = new double[] { 4 },
            ColumnSquares = new double[] { 5, 6 },
        };
        var bytes = sums.ToBytes();
        var back = ShardSums<float>.FromBytes(bytes);
        Assert.Equal(Basis, back.Product.ToArray());
        Assert.Equal([1, 2, 3], back.FittedGram.ToArray());
        Assert.Equal([5, 6], back.ColumnSquares.ToArray());
        Assert.Equal(sums with { Product = default, Gram = default, FittedGram = default, ColumnSums = default, ColumnSquares = default },
            back with { Product = default, Gram = default, FittedGram = default, ColumnSums = default, ColumnSquares = default });
        Assert.InRange(bytes.Length, 0, 4 * Basis.Length + 8 * (81 + 6) + 120);
        Assert.Throws<InvalidDataException>(() => ShardSums<float>.FromBytes(bytes.AsMemory(0, 300)));
        Assert.Throws<InvalidDataException>(() => ShardSums<float>.FromBytes(new byte[] { 1, 2, 3 }));
    }

    private static float[] Values(ShardRequest<float> request) => request switch
    {
        ShardRequest<float>.Begin begin => begin.Basis.ToArray(),
        ShardRequest<float>.Fit step => step.Basis.ToArray(),
        ShardRequest<float>.Finish finish => finish.Basis.ToArray(),
        _ => [],
    };

    private static ShardRequest<float> Plain(ShardRequest<float> request) => request switch
    {
        ShardRequest<float>.Begin begin => begin with { Basis = default },
        ShardRequest<float>.Fit step => step with { Basis = default },
        ShardRequest<float>.Finish finish => finish with { Basis = default },
        _ => request,
    };
}
