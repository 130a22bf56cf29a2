using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace GspMl.Core.Tests.Projection.Kernels;

/// <summary>The program that is also compiled ahead of time, run by itself with the wider vector instructions switched off.</summary>
public class VectorWidthTests
{
    private static readonly Lazy<string[]> Widest = new(() => Run([]));

    [Theory]
    [InlineData("EnableAVX512", "vectors False")]
    [InlineData("EnableAVX2", "vectors False False")]
    [InlineData("EnableHWIntrinsic", "vectors False False False")]
    public void Narrower_vectors_give_the_same_answers(string setting, string widths)
    {
        var (plain, narrow) = (Widest.Value, Run([setting]));
        Assert.StartsWith(widths, narrow[0], StringComparison.Ordinal);
        Assert.Equal(plain.Length, narrow.Length);
        for (var line = 1; line < plain.Length; line++)
        {
            // Reached, multiplier, and the sum of up to 37,000 projected entries of both signs: where sums are formed in another order, a
            // vector's threshold and factor may be rounded to other floats, and its entries with them.
            foreach (var (expected, actual) in Numbers(plain[line]).Zip(Numbers(narrow[line])))
                Assert.True(Math.Abs(expected - actual) <= 2e-6 * Math.Max(1, Math.Abs(expected)),
                    $"line {line}: {narrow[line]} instead of {plain[line]}");
        }
    }

    private static IEnumerable<double> Numbers(string line) =>
        line.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture));

    private static string[] Run(string[] switchedOff)
    {
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..",
            OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(host, [Path.Combine(
            AppContext.BaseDirectory, "GspMl.Core.AotSmoke.dll")])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_TieredCompilation"] = "0"; // what stands in for the instructions is slow until it is optimised
        foreach (var setting in switchedOff) start.Environment[$"DOTNET_{setting}"] = "0";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result + output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
