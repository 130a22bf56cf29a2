using System.Globalization;
using GspMl.Fuzz.Targets;

namespace GspMl.Fuzz.Running;

/// <summary>
/// Runs cases in a process that may die of one. For each it writes its number before, and how it ended after; what is missing then is what
/// the process died of.
/// </summary>
internal static class Worker
{
    private const long MostBytes = 512L << 20;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2);

    public static void Run(int seed, long first, long end, Target? target, TextWriter output)
    {
        var folder = Scratch.Make();
        try
        {
            for (var number = first; number < end; number++)
            {
                output.WriteLine($"{number} {number}");
                output.Flush();
                output.WriteLine($"{number} {Ended(seed, number, target, folder)}");
                Empty(folder);
            }
            output.Flush();
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    private static string Ended(int seed, long number, Target? target, string folder)
    {
        var test = new FuzzCase(seed, number, target);
        var (time, memory) = (Environment.CpuUsage.TotalTime, ResidentMemory.Begin());
        try
        {
            var ending = test.Run(folder);
            // Time of the processor, so that other work on the machine does not count.
            if (Environment.CpuUsage.TotalTime - time is var took && took > MostTime)
                return $"{test.Target.Name} slow {took.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s";
            return memory.Peak() is var more && more > MostBytes ? $"{test.Target.Name} large {more >> 20} MB"
                : $"{test.Target.Name} {ending}";
        }
        catch (Exception e)
        {
            var where = e.StackTrace?.Split('\n').Take(4).Select(line => line.Trim()) ?? [];
            var text = e is BrokenPromiseException ? e.Message : $"{e.GetType().Name}: {e.Message} {string.Join(" | ", where)}";
            return $"{test.Target.Name} wrong {text.ReplaceLineEndings(" ")}";
        }
    }

    private static void Empty(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } inner) inner.Delete(recursive: true);
            else entry.Delete();
        }
    }
}
