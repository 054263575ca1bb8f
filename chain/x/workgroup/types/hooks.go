package types

import (
	"context"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
)

// Hooks is how other modules follow the fate of groups and devices. Each runs inside the message that caused it,
// after the ticket or device was stored; an error refuses the message.
type Hooks interface {
	// AfterTicketCreated: devices may join with the ticket.
	AfterTicketCreated(ctx context.Context, ticket workgroupv1.Ticket) error
	// AfterDeviceApproved: the device became a member.
	AfterDeviceApproved(ctx context.Context, device workgroupv1.Device) error
	// AfterDeviceUpdated: the authority changed tags or profile of a member.
	AfterDeviceUpdated(ctx context.Context, before, after workgroupv1.Device) error
	// AfterDeviceCordoned: the member gets no new work.
	AfterDeviceCordoned(ctx context.Context, device workgroupv1.Device) error
	// AfterDeviceUncordoned: the member gets work again.
	AfterDeviceUncordoned(ctx context.Context, device workgroupv1.Device) error
	// AfterDeviceRevoked: the device is out for ever.
	AfterDeviceRevoked(ctx context.Context, device workgroupv1.Device) error
	// BeforeGroupClosed refuses to close a group in which something is left.
	BeforeGroupClosed(ctx context.Context, groupID uint64) error
}
