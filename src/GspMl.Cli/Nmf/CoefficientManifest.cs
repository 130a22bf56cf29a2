using System.Text.Json;

namespace GspMl.Cli.Nmf;

/// <summary>Which files have the coefficients of a fit on a cluster, in the order of the rows.</summary>
internal sealed record CoefficientManifest(long Samples, int Features, int Rank, IReadOnlyList<CoefficientFile> Coefficients)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>The coefficients of a shard: samples × rank.</summary>
internal sealed record CoefficientFile(string File, long FirstRow, long Rows);
