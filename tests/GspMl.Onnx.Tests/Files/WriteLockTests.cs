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
}
