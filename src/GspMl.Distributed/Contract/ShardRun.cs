namespace GspMl.Distributed;

/// <summary>A factorisation on a cluster, as all its machines know it.</summary>
public sealed record ShardRun
{
    /// <summary>The name of its folder: letters, digits, hyphens and underscores, and no other run of the cluster has it.</summary>
    public required string Name { get; init; }

    /// <summary>Tells <see cref="IShardRows"/> where the rows are.</summary>
    public required string Data { get; init; }

    /// <summary>Tells <see cref="IShardRows"/> where coefficients go.</summary>
    public required string Output { get; init; }

    /// <summary>What the rows are cut into.</summary>
    public required ShardLayout Layout { get; init; }

    /// <summary>
    /// After how many requests, about one an iteration, a shard saves its state, from which the log is replayed if it is lost; 0: never,
    /// and the log is replayed from its start. A state has 2 · rows × rank numbers.
    /// </summary>
    public int SaveEvery { get; init; } = 20;

    internal void Validate()
    {
        Layout.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(SaveEvery);
        if (Name.Length == 0 || !Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new ArgumentException($"'{Name}' is no name of a run: letters, digits, hyphens and underscores make one.");
    }
}
