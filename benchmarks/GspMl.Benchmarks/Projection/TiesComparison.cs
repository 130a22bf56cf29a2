namespace GspMl.Benchmarks.Projection;

internal static class TiesComparison
{
    public static void Run(string[] arguments) => _ = arguments;
}
