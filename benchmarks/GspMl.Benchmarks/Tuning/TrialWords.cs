using System.Globalization;

namespace GspMl.Benchmarks.Tuning;

/// <summary>NAME=VALUE words of a trial.</summary>
internal sealed class TrialWords(IEnumerable<string> words)
{
    private readonly Dictionary<string, string> values = words.Select(word => word.Split('=')).ToDictionary(pair => pair[0],
        pair => pair[1]);

    public string Text(string name, string otherwise) => values.GetValueOrDefault(name, otherwise);

    public double Number(string name, double otherwise)
        => values.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

/// <summary>Processor time since it was made: the clock of the wall says little where others compute too.</summary>
internal sealed class ProcessorClock
{
    private readonly TimeSpan begin = Environment.CpuUsage.TotalTime;

    public double Seconds => (Environment.CpuUsage.TotalTime - begin).TotalSeconds;
}
