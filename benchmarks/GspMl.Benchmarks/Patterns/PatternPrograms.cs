namespace GspMl.Benchmarks.Patterns;

/// <summary>`bench patterns WHAT …`: zeros in patterns, what they cost and what they gain.</summary>
internal static class PatternPrograms
{
    private static readonly Dictionary<string, Action<string[]>> Programs = new()
    {
        ["speed"] = ColumnSpeed.Run,
        ["digits"] = ColumnDigits.Run,
        ["two-of-four"] = TwoOfFourDigits.Run,
    };

    public static void Run(string[] args)
    {
        if (args.Length > 0 && Programs.TryGetValue(args[0], out var program))
        {
            program(args[1..]);
            return;
        }
        Console.Error.WriteLine($"usage: bench patterns {string.Join(" | ", Programs.Keys)} …");
        Environment.ExitCode = 1;
    }
}
