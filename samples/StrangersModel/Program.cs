// Prunes a model of somebody else's in a process of its own, with limits of memory and time: whatever it does there, this program goes on.
//
//   dotnet tool install --global gspml --prerelease
//   dotnet run --project samples/StrangersModel -- MODEL.onnx

using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

var model = args is [var path, ..] ? path : "onnx-models/lenet5.onnx";
// What starts the tool: "dotnet gspml" where a manifest of the repository names it.
string[] gspml = args.Length > 1 ? args[1..] : ["gspml"];
string[] prune =
    ["prune", model, "-o", "artifacts/strangers.onnx", "--zeros", "0.8", "--max-memory", "2G", "--quiet", "--format", "json"];

using var process = new Process
{
    StartInfo = new(gspml[0], [.. gspml[1..], .. prune]) { RedirectStandardOutput = true, RedirectStandardError = true },
};
try
{
    process.Start();
}
catch (Win32Exception e)
{
    Console.Error.WriteLine($"{gspml[0]} does not start: {e.Message}. Install it, or say behind the model what starts it.");
    return 2;
}
// Both are read while it runs: it would wait for room in a full pipe.
var (result, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
try
{
    await process.WaitForExitAsync(limit.Token);
}
catch (OperationCanceledException)
{
    // The tool has a process of its own for running models, which goes too.
    process.Kill(entireProcessTree: true);
    Console.WriteLine($"{model}: given up after two minutes");
    return 1;
}
if (process.ExitCode != 0)
{
    // 2: a bad file, or one that took the second process down; 3: nothing to prune in it.
    Console.WriteLine($"{model}: exit code {process.ExitCode}. {(await errors).Trim()}");
    return 1;
}
using var report = JsonDocument.Parse(await result);
var (before, after) = (report.RootElement.GetProperty("before"), report.RootElement.GetProperty("after"));
Console.WriteLine($"{model}: {report.RootElement.GetProperty("zeros").GetDouble():P1} zeros, "
    + $"{before.GetProperty("gzipBytes").GetInt64():N0} → {after.GetProperty("gzipBytes").GetInt64():N0} bytes gzipped");
return 0;
