namespace GspMl.Cli.Shell;

/// <summary>What the process answers with. Part of the contract of the command line.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int WrongUsage = 1;
    public const int BadInput = 2;
    public const int NothingToDo = 3;
    public const int QualityGateFailed = 4;
    public const int InternalError = 70;
    public const int Cancelled = 130;
}
