using GspMl.Onnx.Files;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Files;

public sealed class WriteLockTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Its holder may remove the lock between the refusal and the look at it.</summary>
    [Fact]
    public void A_lock_that_was_held_and_is_gone_is_asked_for_again()
    {
        using var taken = WriteLock.Take(folder["out.onnx"], new BusyDisk(folder["held"]));
        Assert.Equal(folder["out.onnx"], taken.Target);
    }

    /// <summary>Its holder may remove the lock, and another run make it anew, between the opening and the locking.</summary>
    [Fact]
    public void A_lock_that_was_made_anew_by_another_run_is_not_held()
    {
        using var disk = new ChangingDisk();
        using var taken = WriteLock.Take(folder["out.onnx"], disk);

        Assert.Equal(2, disk.Opened);
        Assert.True(FileStatus.IsAt(folder[".out.onnx.gspml-lock"], disk.Last!.SafeFileHandle));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told_at_once()
        => Assert.Throws<DirectoryNotFoundException>(() => WriteLock.Take(folder["none/out.onnx"], Disk.Local));

    /// <summary>Refuses the first lock as the system does when another process holds it.</summary>
    private sealed class BusyDisk(string held) : Disk
    {
        private int refused;

        public override FileStream OpenLock(string path)
        {
            if (refused++ > 0) return base.OpenLock(path);
            using var holder = new FileStream(held, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
            return base.OpenLock(held);
        }
    }

    /// <summary>Puts another file in the place of the first lock that was opened.</summary>
    private sealed class ChangingDisk : Disk, IDisposable
    {
        private FileStream? first;

        public int Opened { get; private set; }

        public FileStream? Last { get; private set; }

        public override FileStream OpenLock(string path)
        {
            Last = base.OpenLock(path);
            if (Opened++ > 0) return Last;
            first = Last;
            File.Delete(path);
            File.WriteAllText(path, "");
            return first;
        }

        public void Dispose() => first?.Dispose();
    }
}
