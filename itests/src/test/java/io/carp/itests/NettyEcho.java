// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A user's application, which echoes what it is told over TCP by the native epoll of a Netty of its own. */
public final class NettyEcho implements BundleActivator {
    static final int PORT = 7007;
    static final String[] IMPORTS = {
        "io.netty.bootstrap;version=\"[4.1.100,5)\"",
        "io.netty.buffer;version=\"[4.1.100,5)\"",
        "io.netty.channel;version=\"[4.1.100,5)\"",
        "io.netty.channel.epoll;version=\"[4.1.100,5)\"",
        "io.netty.channel.unix;version=\"[4.1.100,5)\"",
        "io.netty.util;version=\"[4.1.100,5)\"",
        "io.netty.util.concurrent;version=\"[4.1.100,5)\""
    };

    private @Nullable EventLoopGroup group;

    @Override
    public void start(BundleContext context) {
        Epoll.ensureAvailability();
        EventLoopGroup loop = new EpollEventLoopGroup(1);
        group = loop;
        new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new Back())
                .bind(PORT)
                .syncUninterruptibly();
    }

    @Override
    public void stop(BundleContext context) {
        if (group != null) {
            group.shutdownGracefully().syncUninterruptibly();
        }
    }

    /** Writes what it reads. */
    @Sharable
    static final class Back extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }
}
