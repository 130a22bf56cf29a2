namespace GspMl.Cli.Tests;

public class SmokeTests
{
    [Fact]
    public void The_library_loads() => Assert.NotNull(System.Reflection.Assembly.GetExecutingAssembly());
}
