namespace GspMl.Cli.Shell;

/// <summary>The two ways a result is written.</summary>
internal enum OutputFormat
{
    Text,
    Json,
}
