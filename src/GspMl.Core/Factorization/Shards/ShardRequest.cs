using System.Numerics;

namespace GspMl.Factorization;

/// <summary>
/// What a factorisation asks of its shards, in this order: <see cref="Open"/>, <see cref="Begin"/>, <see cref="Scale"/>, then for each
/// iteration a <see cref="Fit"/>, with a <see cref="Resolve"/> where the sums that follow are not known yet, and at last
/// <see cref="Finish"/>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract partial record ShardRequest<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected ShardRequest()
    {
    }

    /// <summary>The place in the order of requests: 0 for <see cref="Open"/>, then rising by one.</summary>
    public int Number { get; init; }

    /// <summary>Tells what the rows are; may be asked at any time and changes nothing.</summary>
    public sealed record Open : ShardRequest<T>;

    /// <summary>Coefficients at random for each row; answers how they align with the basis.</summary>
    public sealed record Begin : ShardRequest<T>
    {
        /// <summary>B, features × rank, row-major.</summary>
        public ReadOnlyMemory<T> Basis { get; init; }

        /// <summary>The columns of the basis and of the coefficients.</summary>
        public int Rank { get; init; }

        /// <summary>The number of the shard's first row in the whole of the data, from 0.</summary>
        public long FirstRow { get; init; }

        /// <summary>The seed of the coefficients.</summary>
        public int Seed { get; init; }

        /// <summary>n: the rows are taken times 4⁻ⁿ, and the coefficients handed out times 2ⁿ.</summary>
        public int Halvings { get; init; }

        /// <summary>How coefficients are updated: by <see cref="NmfAlgorithm.NeNmf"/>, or by A-HALS for all others.</summary>
        public NmfAlgorithm Algorithm { get; init; }

        /// <summary>The most sweeps or steps of an update: a matter of all the data, and the same for all shards.</summary>
        public int InnerSteps { get; init; }
    }

    /// <summary>The coefficients of the start times a factor; answers the sums of these.</summary>
    public sealed record Scale : ShardRequest<T>
    {
        /// <summary>What coefficients are multiplied by.</summary>
        public double Factor { get; init; }
    }

    /// <summary>Fits the coefficients to a basis; answers the terms of the error and, where asked to look ahead, the sums.</summary>
    public sealed record Fit : ShardRequest<T>
    {
        /// <summary>What becomes of the step before.</summary>
        public ShardVerdict Verdict { get; init; }

        /// <summary>B, features × rank, row-major.</summary>
        public ReadOnlyMemory<T> Basis { get; init; }

        /// <summary>
        /// β: the sums answered are of coefficients that go on by β times their move, as they will if the step is accepted; null: none.
        /// </summary>
        public double? Ahead { get; init; }
    }

    /// <summary>Says what becomes of the last step; answers the sums of the coefficients to go on from.</summary>
    public sealed record Resolve : ShardRequest<T>
    {
        /// <summary>What becomes of the last step.</summary>
        public ShardVerdict Verdict { get; init; }

        /// <summary>β: how far accepted coefficients go on, as a share of their move.</summary>
        public double Ahead { get; init; }
    }

    /// <summary>Ends with the best coefficients; answers their residual with the best basis, from the factors themselves.</summary>
    public sealed record Finish : ShardRequest<T>
    {
        /// <summary>What becomes of the last step.</summary>
        public ShardVerdict Verdict { get; init; }

        /// <summary>The best basis, features × rank, row-major.</summary>
        public ReadOnlyMemory<T> Basis { get; init; }
    }
}
