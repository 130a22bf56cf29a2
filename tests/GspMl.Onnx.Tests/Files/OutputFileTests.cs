using System.Net.Sockets;
using System.Text;
using GspMl.Onnx.Files;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Files;

public sealed class OutputFileTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_cannot_be_written_whole_stays_as_it_was()
    {
        File.WriteAllText(folder["a.txt"], "earlier");

        Assert.Throws<IOException>(() => OutputFile.Write(folder["a.txt"], stream =>
        {
            stream.Write("new"u8);
            throw new IOException("no space left");
        }));

        Assert.Equal("earlier", File.ReadAllText(folder["a.txt"]));
        Assert.Equal(["a.txt"], Entries());
    }

    [Fact]
    public void A_link_in_the_place_of_the_lock_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights");
        File.WriteAllText(folder["mine.txt"], "mine");
        File.CreateSymbolicLink(folder[".a.txt.gspml-lock"], "mine.txt");
        Assert.Contains(".a.txt.gspml-lock", Assert.Throws<IOException>(() => Write("a.txt", "new")).Message);
        Write("b.txt", "new");
        Assert.Equal("mine", File.ReadAllText(folder["mine.txt"]));
    }

    [Fact]
    public async Task A_pipe_in_the_place_of_a_lock_holds_nobody_up()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes have no place in folders");
        using (var process = System.Diagnostics.Process.Start("mkfifo", [folder[".a.txt.gspml-lock"]])) process.WaitForExit();
        var writing = Task.Run(() =>
        {
            Write("b.txt", "new");
            Assert.Throws<IOException>(() => Write("a.txt", "new"));
        }, TestContext.Current.CancellationToken);
        await writing.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal("new", File.ReadAllText(folder["b.txt"]));
    }

    [Fact]
    public void What_another_user_s_lock_lists_is_not_removed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || LibC.User() != 0, "only root gives files to others");
        File.WriteAllText(folder["mine.txt"], "mine");
        File.WriteAllText(folder[".a.onnx.gspml-lock"], "+mine.txt\0");
        Assert.Equal(0, LibC.ChangeOwner(folder[".a.onnx.gspml-lock"], 12345, 12345));
        new GraphBuilder().Input("x", 2, 4).Output("x", 2, 4).Save(folder["model.onnx"]);
        using var model = OnnxModel.Load(folder["model.onnx"]);
        model.Save(folder["a.onnx"]);
        Assert.Equal("mine", File.ReadAllText(folder["mine.txt"]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("earlier")]
    public void A_kill_at_any_step_leaves_the_old_file_or_the_new_and_the_next_run_cleans_up(string? earlier)
    {
        var steps = KilledDisk.AtEachStep(
            disk =>
            {
                File.Delete(folder["a.txt"]);
                if (earlier is not null) File.WriteAllText(folder["a.txt"], earlier);
                Write("a.txt", "new", disk);
            },
            _ =>
            {
                var found = File.Exists(folder["a.txt"]) ? File.ReadAllText(folder["a.txt"]) : null;
                Assert.True(found == earlier || found == "new", found);
                Write("b.txt", "another file of the folder");
                Assert.Equal(found is null ? ["b.txt"] : ["a.txt", "b.txt"], Entries());
            });
        Assert.True(steps >= 5, $"{steps} steps");
    }

    [Fact]
    public void What_a_run_still_needs_is_left_to_it()
    {
        OutputFile.Write(folder["a.txt"], stream =>
        {
            stream.Write("ne"u8);
            Write("b.txt", "meanwhile");
            stream.Write("w"u8);
        });
        Assert.Equal("new", File.ReadAllText(folder["a.txt"]));
        Assert.Equal(["a.txt", "b.txt"], Entries());
    }

    [Fact]
    public void The_file_behind_a_symbolic_link_is_replaced_and_the_link_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on this system");
        Directory.CreateDirectory(folder["elsewhere"]);
        File.WriteAllText(folder["elsewhere/a.txt"], "earlier");
        File.CreateSymbolicLink(folder["link.txt"], "elsewhere/a.txt");
        File.CreateSymbolicLink(folder["further.txt"], "link.txt");
        File.CreateSymbolicLink(folder["to-be.txt"], "elsewhere/b.txt");

        Write("further.txt", "new");
        Write("to-be.txt", "made");

        Assert.Equal(("link.txt", "elsewhere/a.txt"), (new FileInfo(folder["further.txt"]).LinkTarget, new FileInfo(folder["link.txt"])
            .LinkTarget));
        Assert.Equal(("new", "made"), (File.ReadAllText(folder["elsewhere/a.txt"]), File.ReadAllText(folder["elsewhere/b.txt"])));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder["elsewhere"]).Length);
    }

    [Fact]
    public void A_file_of_two_names_is_refused_and_both_keep_their_content()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on this system");
        File.WriteAllText(folder["a.txt"], "earlier");
        Disk.Local.Link(folder["a.txt"], folder["b.txt"]);

        var error = Assert.Throws<IOException>(() => Write("b.txt", "new"));

        Assert.Contains("b.txt: the file has 2 names (hard links)", error.Message, StringComparison.Ordinal);
        Assert.Equal(("earlier", "earlier"), (File.ReadAllText(folder["a.txt"]), File.ReadAllText(folder["b.txt"])));
    }

    [Fact]
    public void Mode_and_owner_of_the_old_file_stay()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on this system");
        File.WriteAllText(folder["a.txt"], "earlier");
        Modes.Set(folder["a.txt"], Private);
        // Only the superuser can give files away; all others keep their own.
        var owner = LibC.User() == 0 && LibC.ChangeOwner(folder["a.txt"], 1234, 4321) == 0
            ? (1234, 4321u) : (LibC.User(), FileStatus.Of(folder["a.txt"])!.Group);

        Write("a.txt", "new");

        var status = FileStatus.Of(folder["a.txt"])!;
        Assert.Equal((Private, owner), (status.Mode, (status.Owner, status.Group)));
        Assert.Equal("new", File.ReadAllText(folder["a.txt"]));
    }

    [Fact]
    public void A_new_file_has_the_mode_of_any_new_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on this system");
        File.WriteAllText(folder["a.txt"], "as the system makes files");
        Write("b.txt", "as we do");
        Assert.Equal(Modes.Of(folder["a.txt"]), Modes.Of(folder["b.txt"]));
    }

    [Fact]
    public void A_protected_file_is_not_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || LibC.User() == 0, "the superuser may write everything");
        File.WriteAllText(folder["a.txt"], "earlier");
        Modes.Set(folder["a.txt"], UnixFileMode.UserRead);
        Assert.Throws<UnauthorizedAccessException>(() => Write("a.txt", "new"));
        Assert.Equal("earlier", File.ReadAllText(folder["a.txt"]));
    }

    [Fact]
    public void The_null_device_stays_a_device()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on this system");
        File.CreateSymbolicLink(folder["null"], "/dev/null");
        OutputFile.Write("/dev/null", stream => stream.Write("gone"u8));
        Write("null", "gone");
        Assert.Equal(FileKind.CharacterDevice, FileStatus.Of("/dev/null")!.Kind);
        Assert.Equal("/dev/null", new FileInfo(folder["null"]).LinkTarget);
    }

    [Fact]
    public async Task A_pipe_gets_the_bytes_and_stays_a_pipe()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on this system");
        using (var make = System.Diagnostics.Process.Start("mkfifo", folder["pipe"])) await make.WaitForExitAsync();
        var read = Task.Run(() => File.ReadAllText(folder["pipe"]));

        Write("pipe", "through");

        Assert.Equal("through", await read);
        Assert.Equal(FileKind.Pipe, FileStatus.Of(folder["pipe"])!.Kind);
        Assert.Equal(["pipe"], Entries());
    }

    [Fact]
    public void A_socket_is_refused_by_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on this system");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(folder["socket"]));
        var error = Assert.Throws<IOException>(() => Write("socket", "new"));
        Assert.Contains("socket: is a socket", error.Message, StringComparison.Ordinal);
        Assert.Equal(FileKind.Socket, FileStatus.Of(folder["socket"])!.Kind);
    }

    [Theory]
    [InlineData(".", "is a folder")]
    [InlineData("new/", "is a folder")]
    [InlineData("nowhere/a.txt", "nowhere does not exist")]
    public void What_cannot_be_a_file_is_named(string name, string message)
        => Assert.Contains(message, Assert.Throws<IOException>(() => Write(name, "new")).Message, StringComparison.Ordinal);

    private void Write(string name, string text, Disk? disk = null)
        => OutputFile.Write(folder[name], stream => stream.Write(Encoding.UTF8.GetBytes(text)), disk);

    private IEnumerable<string?> Entries()
        => Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
