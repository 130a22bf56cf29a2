using GspMl.Cli.Shell;
using GspMl.Tests.Shared;

namespace GspMl.Cli.Tests.Faults;

/// <summary>Messages that cannot be written are lost; what a command does and how it ends is not.</summary>
public sealed class MessageFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    public async Task A_command_ends_as_it_would_where_standard_error_takes_nothing(string redirection)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");

        var (none, dense, sparse) = (folder.File("none.onnx"), Models.LeNet300, folder.File("sparse.onnx"));
        Assert.Equal(ExitCode.BadInput, await Run($"prune '{none}' -o '{sparse}' --zeros 0.5", redirection));
        Assert.Equal(ExitCode.WrongUsage, await Run("prune --zeros", redirection));
        Assert.Equal(ExitCode.Done,
            await Run($"prune '{dense}' -o '{sparse}' --pattern columns --values original --zeros 0.5", redirection));
        Assert.True(File.Exists(sparse));
    }

    private static async Task<int> Run(string line, string redirection)
        => (await Child.Run("sh", ["-c", $"dotnet '{typeof(Gspml).Assembly.Location}' {line} {redirection} >/dev/null"])).ExitCode;
}
