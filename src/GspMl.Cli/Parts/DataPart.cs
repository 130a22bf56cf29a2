namespace GspMl.Cli.Parts;

/// <summary>A file of rows.</summary>
/// <param name="Path">The file.</param>
/// <param name="Rows">How many it has.</param>
internal sealed record DataPart(string Path, long Rows);

/// <summary>What a file says of itself before its rows are read.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Features">The values in a row.</param>
/// <param name="IsDouble">Whether they are of double precision.</param>
internal sealed record PartShape(long Rows, int Features, bool IsDouble);
