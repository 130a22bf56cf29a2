using System.Text.Json;

namespace GspMl.Core.Tests.Oracle;

/// <summary>A group of vectors with the answer that the paper's authors' own code gave at a precision of 1e-13.</summary>
public sealed record OracleCase(string Name, double[][] X, double[][]? W, double Sparsity, double Mu, double[][] Expected, double Achieved,
    bool Discontinuous)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    public static IReadOnlyList<OracleCase> All { get; } =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Oracle", "gsp.jsonl"))
            .Select(line => JsonSerializer.Deserialize<OracleCase>(line, Json)!)];

    public static TheoryData<string> Names => [.. All.Select(c => c.Name)];

    public static OracleCase Named(string name) => All.Single(c => c.Name == name);
}
