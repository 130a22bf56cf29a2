namespace GspMl.Cli.Demo;

/// <summary>One factorisation of the digits.</summary>
internal sealed record DemoParts(
    string Algorithm, double? WantedSparsity, int Rank, double RelativeError, double BasisSparsity, int Iterations, double Seconds,
        string Picture);
