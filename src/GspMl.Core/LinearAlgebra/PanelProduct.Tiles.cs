using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.LinearAlgebra;

// The register blocks: four rows of the left matrix by one to four vectors of the right one are summed in 4 … 16 registers, so that a
// step costs as many multiply-adds as there are accumulators for four broadcasts and one to four loads. Their scalar meaning is
// PanelProduct.AddScalar.
internal static unsafe partial class PanelProduct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1<T>(in Strip<T> strip, int lane)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = Vector512<T>.Count;
        T* x0 = strip.Left(0), x1 = strip.Left(1), x2 = strip.Left(2), x3 = strip.Left(3);
        var right = strip.Right + lane * width;
        Vector512<T> a0 = default;
        Vector512<T> a1 = default;
        Vector512<T> a2 = default;
        Vector512<T> a3 = default;
        for (var k = 0; k < strip.Depth; k++)
        {
            Vector512<T> r0 = Vector512.Load(right);
            var l0 = Vector512.Create(*x0);
            a0 = Lane.MultiplyAdd(l0, r0, a0);
            var l1 = Vector512.Create(*x1);
            a1 = Lane.MultiplyAdd(l1, r0, a1);
            var l2 = Vector512.Create(*x2);
            a2 = Lane.MultiplyAdd(l2, r0, a2);
            var l3 = Vector512.Create(*x3);
            a3 = Lane.MultiplyAdd(l3, r0, a3);
            x0 += strip.DepthStride;
            x1 += strip.DepthStride;
            x2 += strip.DepthStride;
            x3 += strip.DepthStride;
            right += strip.RightStride;
        }
        if (strip.Rows > 3) Store1(strip.Output(3) + lane * width, a3);
        if (strip.Rows > 2) Store1(strip.Output(2) + lane * width, a2);
        if (strip.Rows > 1) Store1(strip.Output(1) + lane * width, a1);
        Store1(strip.Output(0) + lane * width, a0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store1<T>(T* output, Vector512<T> a)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = Vector512<T>.Count;
        (Vector512.Load(output) + a).Store(output);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2<T>(in Strip<T> strip, int lane)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = Vector512<T>.Count;
        T* x0 = strip.Left(0), x1 = strip.Left(1), x2 = strip.Left(2), x3 = strip.Left(3);
        var right = strip.Right + lane * width;
        Vector512<T> a0 = default, b0 = default;
        Vector512<T> a1 = default, b1 = default;
        Vector512<T> a2 = default, b2 = default;
        Vector512<T> a3 = default, b3 = default;
        for (var k = 0; k < strip.Depth; k++)
        {
            Vector512<T> r0 = Vector512.Load(right), r1 = Vector512.Load(right + width);
            var l0 = Vector512.Create(*x0);
            a0 = Lane.MultiplyAdd(l0, r0, a0);
            b0 = Lane.MultiplyAdd(l0, r1, b0);
            var l1 = Vector512.Create(*x1);
            a1 = Lane.MultiplyAdd(l1, r0, a1);
            b1 = Lane.MultiplyAdd(l1, r1, b1);
            var l2 = Vector512.Create(*x2);
            a2 = Lane.MultiplyAdd(l2, r0, a2);
            b2 = Lane.MultiplyAdd(l2, r1, b2);
            var l3 = Vector512.Create(*x3);
            a3 = Lane.MultiplyAdd(l3, r0, a3);
            b3 = Lane.MultiplyAdd(l3, r1, b3);
            x0 += strip.DepthStride;
            x1 += strip.DepthStride;
            x2 += strip.DepthStride;
            x3 += strip.DepthStride;
            right += strip.RightStride;
        }
        if (strip.Rows > 3) Store2(strip.Output(3) + lane * width, a3, b3);
        if (strip.Rows > 2) Store2(strip.Output(2) + lane * width, a2, b2);
        if (strip.Rows > 1) Store2(strip.Output(1) + lane * width, a1, b1);
        Store2(strip.Output(0) + lane * width, a0, b0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store2<T>(T* output, Vector512<T> a, Vector512<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = Vector512<T>.Count;
        (Vector512.Load(output) + a).Store(output);
        (Vector512.Load(output + width) + b).Store(output + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3<T>(in Strip<T> strip, int lane)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = Vector512<T>.Count;
        T* x0 = strip.Left(0), x1 = strip.Left(1), x2 = strip.Left(2), x3 = strip.Left(3);
        var right = strip.Right + lane * width;
        Vector512<T> a0 = default, b0 = default, c0 = default;
        Vector512<T> a1 = default, b1 = default, c1 = default;
        Vector512<T> a2 = default, b2 = default, c2 = default;
        Vector512<T> a3 = default, b3 = default, c3 = default;
        for (var k = 0; k < strip.Depth; k++)
        {
            Vector512<T> r0 = Vector512.Load(right), r1 = Vector512.Load(right + width), r2 = Vector512.Load(right + 2 * width);
            var l0 = Vector512.Create(*x0);
            a0 = Lane.MultiplyAdd(l0, r0, a0);
            b0 = Lane.MultiplyAdd(l0, r1, b0);
            c0 = Lane.MultiplyAdd(l0, r2, c0);
            var l1 = Vector512.Create(*x1);
            a1 = Lane.MultiplyAdd(l1, r0, a1);
            b1 = Lane.MultiplyAdd(l1, r1, b1);
            c1 = Lane.MultiplyAdd(l1, r2, c1);
            var l2 = Vector512.Create(*x2);
            a2 = Lane.MultiplyAdd(l2, r0, a2);
            b2 = Lane.MultiplyAdd(l2, r1, b2);
            c2 = Lane.MultiplyAdd(l2, r2, c2);
            var l3 = Vector512.Create(*x3);
            a3 = Lane.MultiplyAdd(l3, r0, a3);
            b3 = Lane.MultiplyAdd(l3, r1, b3);
            c3 = Lane.MultiplyAdd(l3, r2, c3);
            x0 += strip.DepthStride;
            x1 += strip.DepthStride;
            x2 += strip.DepthStride;
            x3 += strip.DepthStride;
            right += strip.RightStride;
        }
        if (strip.Rows > 3) Store3(strip.Output(3) + lane * width, a3, b3, c3);
        if (strip.Rows > 2) Store3(strip.Output(2) + lane * width, a2, b2, c2);
        if (strip.Rows > 1) Store3(strip.Output(1) + lane * width, a1, b1, c1);
        Store3(strip.Output(0) + lane * width, a0, b0, c0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store3<T>(T* output, Vector512<T> a, Vector512<T> b, Vector512<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = Vector512<T>.Count;
        (Vector512.Load(output) + a).Store(output);
        (Vector512.Load(output + width) + b).Store(output + width);
        (Vector512.Load(output + 2 * width) + c).Store(output + 2 * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4<T>(in Strip<T> strip, int lane)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = Vector512<T>.Count;
        T* x0 = strip.Left(0), x1 = strip.Left(1), x2 = strip.Left(2), x3 = strip.Left(3);
        var right = strip.Right + lane * width;
        Vector512<T> a0 = default, b0 = default, c0 = default, d0 = default;
        Vector512<T> a1 = default, b1 = default, c1 = default, d1 = default;
        Vector512<T> a2 = default, b2 = default, c2 = default, d2 = default;
        Vector512<T> a3 = default, b3 = default, c3 = default, d3 = default;
        for (var k = 0; k < strip.Depth; k++)
        {
            Vector512<T> r0 = Vector512.Load(right), r1 = Vector512.Load(right + width), r2 = Vector512.Load(right + 2 * width),
                r3 = Vector512.Load(right + 3 * width);
            var l0 = Vector512.Create(*x0);
            a0 = Lane.MultiplyAdd(l0, r0, a0);
            b0 = Lane.MultiplyAdd(l0, r1, b0);
            c0 = Lane.MultiplyAdd(l0, r2, c0);
            d0 = Lane.MultiplyAdd(l0, r3, d0);
            var l1 = Vector512.Create(*x1);
            a1 = Lane.MultiplyAdd(l1, r0, a1);
            b1 = Lane.MultiplyAdd(l1, r1, b1);
            c1 = Lane.MultiplyAdd(l1, r2, c1);
            d1 = Lane.MultiplyAdd(l1, r3, d1);
            var l2 = Vector512.Create(*x2);
            a2 = Lane.MultiplyAdd(l2, r0, a2);
            b2 = Lane.MultiplyAdd(l2, r1, b2);
            c2 = Lane.MultiplyAdd(l2, r2, c2);
            d2 = Lane.MultiplyAdd(l2, r3, d2);
            var l3 = Vector512.Create(*x3);
            a3 = Lane.MultiplyAdd(l3, r0, a3);
            b3 = Lane.MultiplyAdd(l3, r1, b3);
            c3 = Lane.MultiplyAdd(l3, r2, c3);
            d3 = Lane.MultiplyAdd(l3, r3, d3);
            x0 += strip.DepthStride;
            x1 += strip.DepthStride;
            x2 += strip.DepthStride;
            x3 += strip.DepthStride;
            right += strip.RightStride;
        }
        if (strip.Rows > 3) Store4(strip.Output(3) + lane * width, a3, b3, c3, d3);
        if (strip.Rows > 2) Store4(strip.Output(2) + lane * width, a2, b2, c2, d2);
        if (strip.Rows > 1) Store4(strip.Output(1) + lane * width, a1, b1, c1, d1);
        Store4(strip.Output(0) + lane * width, a0, b0, c0, d0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store4<T>(T* output, Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = Vector512<T>.Count;
        (Vector512.Load(output) + a).Store(output);
        (Vector512.Load(output + width) + b).Store(output + width);
        (Vector512.Load(output + 2 * width) + c).Store(output + 2 * width);
        (Vector512.Load(output + 3 * width) + d).Store(output + 3 * width);
    }
}
