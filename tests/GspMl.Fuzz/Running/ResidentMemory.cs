using System.Globalization;

namespace GspMl.Fuzz.Running;

/// <summary>The process's memory at its highest since a moment, beyond what it had then (Linux; elsewhere nothing is measured).</summary>
internal readonly record struct ResidentMemory(long Before)
{
    private const string Status = "/proc/self/status";

    public static ResidentMemory Begin()
    {
        if (!File.Exists(Status)) return new(0);
        // Sets the highest to what it is now.
        File.WriteAllText("/proc/self/clear_refs", "5");
        return new(Highest());
    }

    public long Peak() => File.Exists(Status) ? Highest() - Before : 0;

    private static long Highest()
    {
        var line = File.ReadLines(Status).First(each => each.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line[6..^2].Trim(), CultureInfo.InvariantCulture);
    }
}
