namespace GspMl.Distributed.Placement;

/// <summary>What the members of a cluster are called: by it a coordinator is known, which computes no shard.</summary>
internal static class SiloNames
{
    private const string CoordinatorPrefix = "coordinator-";

    public static string NewWorker() => $"worker-{Guid.NewGuid():N}";

    public static string NewCoordinator() => $"{CoordinatorPrefix}{Guid.NewGuid():N}";

    public static bool IsCoordinator(string name) => name.StartsWith(CoordinatorPrefix, StringComparison.Ordinal);
}
